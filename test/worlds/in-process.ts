import { datasetsOf } from '../../src/datasets/of-group.ts'
import { questionAt } from '../../src/engine/blend/questions.ts'
import { openPersonalization, type PersonalizationState } from '../../src/engine/blend/serving/personalization.ts'
import { historyOf } from '../../src/engine/interactions.ts'
import { except } from '../../src/engine/ranked.ts'
import { unpackTexts } from '../../src/engine/state.ts'
import { interactionsOf } from '../../src/recommender/families/interactions.ts'
import { openArtifacts } from '../../src/recommender/model-files/artifacts.ts'
import { readOwners } from '../../src/recommender/serving/serving.ts'
import { compileFeatures } from '../../src/recommender/training/features.ts'
import { Numbering } from '../../src/recommender/training/numbering.ts'
import { planOf } from '../../src/recommender/training/plan.ts'
import { readEvents, readRecords } from '../../src/recommender/training/snapshot.ts'
import { openTestStore } from '../support/store.ts'

/** The model of a campaign or recommender, used without a server and with the questions of training. */
export interface InProcess {
  /** The number of events of a user that the model reads; 0 for a user without events. */
  events(userId: string): number
  /** All items, the best first, for a user after the first `given` events, in these circumstances. */
  list(userId: string, context?: Readonly<Record<string, string>>): string[]
  /** These items, the best first, equal ones as they are given. */
  order(given: readonly string[], userId: string, context?: Readonly<Record<string, string>>): string[]
}

/**
 * Opens the newest model in the data directory of a server that has ended.
 * @param usesHabits whether the user's own items are recommended by habit, instead of like other items
 */
export async function openInProcess(dataDir: string, usesHabits = true): Promise<InProcess> {
  await using store = await openTestStore(dataDir)
  const owner = (await readOwners(store)).at(-1)!
  const plan = planOf(owner.document)
  const artifact = await openArtifacts({ dataDir, identity: store.identity }).load(owner)
  const items = unpackTexts(artifact.items)
  const { INTERACTIONS, USERS } = await datasetsOf(store, plan.datasetGroupArn)
  const numbering = new Numbering()
  for (const id of items) numbering.numberOf(id)
  const { schema } = INTERACTIONS!
  const read = { rules: plan.rules, excluded: plan.excluded(schema) }
  const events = await readEvents(store, INTERACTIONS!, numbering, read)
  const interactions = interactionsOf({ events, items, plan })
  const reader = USERS && compileFeatures(artifact.userSpace, USERS.schema)
  const records = USERS ? await Array.fromAsync(readRecords(store, USERS)) : []
  const known = new Map(records.map(({ id, fields }) => [id, reader!.properties(fields)]))
  const properties = events.users.map(id => known.get(id) ?? reader?.properties([]) ?? [])
  const model = openPersonalization(artifact.model as PersonalizationState, usesHabits)
  const lengthOf = (user: number) => (user < 0 ? 0 : historyOf(interactions, user).length)
  const questionOf = (userId: string, context?: Readonly<Record<string, string>>) => {
    const user = events.users.indexOf(userId)
    const question = questionAt(interactions, properties, user, lengthOf(user))
    return { ...question, context: context && artifact.contexts.map(({ name }) => context[name] ?? null) }
  }
  return {
    events: userId => lengthOf(events.users.indexOf(userId)),
    list(userId, context) {
      const question = questionOf(userId, context)
      const left = new Set(question.leftOut)
      const ranked = model.ask(question).rank({ passes: except(left) })
      return Array.from(ranked.items, item => items[item]!)
    },
    order(given, userId, context) {
      const scores = model.ask(questionOf(userId, context)).scoresOf(given.map(id => numbering.numberOf(id)))
      const scoreOf = new Map(given.map((id, at) => [id, scores[at]!]))
      return given.toSorted((a, b) => scoreOf.get(b)! - scoreOf.get(a)!)
    },
  }
}
