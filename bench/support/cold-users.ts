import { evaluate } from '../../src/engine/evaluate.ts'
import { fromSequences, historyOf, type Question } from '../../src/engine/interactions.ts'
import { sample } from '../../src/engine/math/random.ts'
import { BLEND } from '../../src/engine/models/blend.ts'
import { trainColdUser } from '../../src/engine/models/cold-user.ts'
import { firstEvents, trainFewEvents } from '../../src/engine/models/few-events.ts'
import { trainGraphWalk } from '../../src/engine/models/graph-walk.ts'
import { trainPopularity } from '../../src/engine/models/popularity.ts'
import type { People } from './accuracy-data.ts'

const FOLDS = 10

/**
 * Tenths of the users are held out whole, one after another, and asked for with none of their events, then with the
 * first 1, 2 and 5. Of the rest a ninth chooses the blends' weights. Prints means over the folds, and in how many a
 * model is better than popularity.
 */
export function coldUsers({ interactions, properties }: People, seed: number): void {
  const { users, items } = interactions
  const fold = new Int8Array(users)
  const shuffled = Array.from({ length: FOLDS - 1 }, (_, at) => FOLDS - at).reduce<{ left: number[]; at: number }>(
    ({ left, at }, parts) => {
      const picked = new Set(sample(left.length, Math.round(left.length / parts), seed + at))
      for (const one of picked) fold[left[one]!] = at
      return { left: left.filter((_, i) => !picked.has(i)), at: at + 1 }
    },
    { left: Array.from({ length: users }, (_, user) => user), at: 0 },
  )
  for (const user of shuffled.left) fold[user] = FOLDS - 1

  const questionsOf = (part: number): Question[] =>
    Array.from({ length: users }, (_, user) => user)
      .filter(user => fold[user] === part)
      .map(user => ({
        user,
        history: new Int32Array(),
        targets: historyOf(interactions, user),
        properties: properties[user]!,
      }))
  const results = new Map<string, { ndcg: number[]; recall: number[] }>()
  for (let part = 0; part < FOLDS; part++) {
    const validating = (part + 1) % FOLDS
    const kept = (parts: readonly number[]) =>
      Array.from({ length: users }, (_, user) => user).filter(user => !parts.includes(fold[user]!))
    const dataOf = (some: readonly number[]) =>
      fromSequences(
        some.map(user => historyOf(interactions, user)),
        items,
      )
    const inner = kept([part, validating])
    const train = dataOf(inner)
    const all = kept([part])
    const propertiesOf = (some: readonly number[]) => some.map(user => properties[user]!)
    const models = [trainPopularity(train), trainColdUser(train, propertiesOf(inner)), trainGraphWalk(train)]
    const blend = trainFewEvents(models, items, questionsOf(validating), BLEND)
    const rows = {
      popularity: trainPopularity(dataOf(all)),
      properties: trainColdUser(dataOf(all), propertiesOf(all)),
      'graph walk': models[2]!,
      blend,
    }
    for (const events of [0, 1, 2, 5]) {
      const questions = questionsOf(part).flatMap(question => firstEvents(question, events) ?? [])
      for (const [name, model] of Object.entries(rows)) {
        const metrics = evaluate(model, items, questions, { ks: [10, 20] })
        const key = `${events} ${name}`
        if (!results.has(key)) results.set(key, { ndcg: [], recall: [] })
        results.get(key)!.ndcg.push(metrics['ndcg@10']!)
        results.get(key)!.recall.push(metrics['recall@20']!)
      }
    }
    console.log(
      `fold ${part + 1}: ${blend.blends.map(({ eventsFrom, blend }) => `${eventsFrom}: ${blend.weights.map(w => w.toFixed(2)).join(' ')}`).join('; ')}`,
    )
  }

  console.log('\nevents  model          ndcg@10  recall@20  over popularity  folds better than popularity')
  for (const [key, { ndcg, recall }] of results) {
    const [events, ...name] = key.split(' ')
    const popularity = results.get(`${events} popularity`)!.ndcg
    const better = ndcg.filter((value, i) => value > popularity[i]!).length
    const gain = (mean(ndcg) / mean(popularity) - 1) * 100
    const cells = [events!.padStart(6), name.join(' ').padEnd(13), mean(ndcg).toFixed(4).padStart(8)]
    console.log([...cells, mean(recall).toFixed(4).padStart(10), `${gain.toFixed(1)} %`.padStart(16), better].join(' '))
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length
}
