import { type Choice, choose } from '../../src/engine/blend/choose.ts'
import { alone, evaluate } from '../../src/engine/blend/evaluate.ts'
import { type BlendModelName, blendModelOf, type PersonalizationData } from '../../src/engine/blend/models.ts'
import type { BlendFrom } from '../../src/engine/blend/parts.ts'
import { openPersonalization } from '../../src/engine/blend/personalization.ts'
import { laterEvents } from '../../src/engine/blend/questions.ts'
import type { Ranker } from '../../src/engine/blend/rank.ts'
import { questionsOf, roundsOf, stateOf, TRAIN } from '../../src/engine/blend/train.ts'
import { filterEvents, type Question } from '../../src/engine/interactions.ts'
import { serviceMetrics } from '../../src/engine/metrics/service.ts'
import { FOLDS, foldsOf, type People, usersIn } from './accuracy-data.ts'

const EVENTS = [0, 1, 2, 5]
/** SLIT and EASE have next to no weight with few events. */
const DENSE_SIZE_MAX = 1000

/** Of one model with so many events given: a figure a fold. */
interface Row {
  readonly events: number
  readonly name: string
  readonly ndcg: number[]
  readonly recall: number[]
}

/**
 * Tenths of the users are held out whole, one after another, and asked for with none of their events, then with the
 * first 1, 2 and 5. Of the rest a ninth chooses the blends' weights. Prints means over the folds, and in how many a
 * model is better than popularity.
 */
export function coldUsers({ interactions, properties }: People, seed: number): void {
  const fold = foldsOf(interactions.users, seed)
  const rows = new Map<string, Row>()
  for (let part = 0; part < FOLDS; part++) {
    const validation = usersIn(fold, (part + 1) % FOLDS)
    const test = usersIn(fold, part)
    const train = filterEvents(interactions, (_event, user) => fold[user] !== part && fold[user] !== (part + 1) % FOLDS)
    const all: PersonalizationData = { interactions, users: properties }
    const settings = { ...TRAIN, seed, denseSizeMax: DENSE_SIZE_MAX }
    const questions = questionsOf(all, validation, TRAIN.questionsMax)
    const others = roundsOf(all, { train, validation, test }, settings)
    const choice = choose({ ...all, interactions: train }, questions, settings, undefined, others)
    const models = rankersOf(choice, interactions.items)
    for (const events of EVENTS) {
      const questions = laterEvents(interactions, properties, test, events)
      for (const [name, model] of Object.entries(models)) add(rows, events, name, model, interactions.items, questions)
    }
    console.log(`fold ${part + 1}: ${choice.blends.map(blend => described(choice, blend)).join('; ')}`)
  }
  print([...rows.values()])
}

function rankersOf(choice: Choice, items: number): Readonly<Record<string, Ranker>> {
  const part = (name: BlendModelName) => {
    const { state } = choice.parts.find(part => part.name === name)!
    return alone(blendModelOf(name).open(state), items)
  }
  return {
    popularity: part('popularity'),
    properties: propertiesAlone(part('cold user')),
    'first events': part('cold user'),
    blend: openPersonalization(stateOf({ ...choice, repeats: false }, items, serviceMetrics([], [], items))),
  }
}

/** Asked as though nothing were known of what the user did. */
function propertiesAlone(ranker: Ranker): Ranker {
  return { ask: asked => ranker.ask({ ...asked, history: new Int32Array() }) }
}

function add(
  rows: Map<string, Row>,
  events: number,
  name: string,
  ranker: Ranker,
  items: number,
  questions: readonly Question[],
) {
  const metrics = evaluate(ranker, items, questions, { ks: [10, 20] })
  const key = `${events} ${name}`
  if (!rows.has(key)) rows.set(key, { events, name, ndcg: [], recall: [] })
  rows.get(key)!.ndcg.push(metrics['ndcg@10']!)
  rows.get(key)!.recall.push(metrics['recall@20']!)
}

function described({ parts }: Choice, { eventsFrom, weights }: BlendFrom): string {
  const named = parts.flatMap(({ name }, m) => (weights[m]! > 0 ? `${name} ${weights[m]!.toFixed(2)}` : []))
  return `${eventsFrom}: ${named.join(', ')}`
}

function print(rows: readonly Row[]): void {
  console.log('\nevents  model          ndcg@10  recall@20  over popularity  folds better than popularity')
  for (const { events, name, ndcg, recall } of rows) {
    const popularity = rows.find(row => row.events === events && row.name === 'popularity')!.ndcg
    const better = ndcg.filter((value, i) => value > popularity[i]!).length
    const gain = (mean(ndcg) / mean(popularity) - 1) * 100
    const cells = [String(events).padStart(6), name.padEnd(13), mean(ndcg).toFixed(4).padStart(8)]
    console.log([...cells, mean(recall).toFixed(4).padStart(10), `${gain.toFixed(1)} %`.padStart(16), better].join(' '))
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length
}
