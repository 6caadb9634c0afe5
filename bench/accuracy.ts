/**
 * How good the recommendations are, beside what others published: every model alone and the blend that the engine makes
 * of them. Everything is chosen on the validation split; the test split is looked at once.
 *
 *     npm run bench:accuracy -- --data ../shared/data/ml-1m --protocol leave-last-out
 *     npm run bench:accuracy -- --data ../shared/data/gowalla --protocol given-split
 *     npm run bench:accuracy -- --data ../shared/data/ml-100k --protocol cold-user
 */
import { basename } from 'node:path'
import { parseArgs } from 'node:util'
import { evaluate } from '../src/engine/evaluate.ts'
import { leaveLastOut, type Split } from '../src/engine/interactions.ts'
import type { Model } from '../src/engine/models/model.ts'
import { TRAIN, trainRecommender } from '../src/engine/train.ts'
import { loadGivenSplit, loadPeople, loadSequences } from './support/accuracy-data.ts'
import { coldUsers } from './support/cold-users.ts'
import { PUBLISHED } from './support/published.ts'

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    protocol: { type: 'string', default: 'leave-last-out' },
    seed: { type: 'string', default: '1' },
  },
})
if (!values.data) throw new Error('--data is missing: the folder of a data set, such as ../shared/data/ml-1m')
const folder = values.data
const seed = Number(values.seed)

const protocols: Readonly<Record<string, () => void>> = {
  'leave-last-out': () => compare(leaveLastOut(loadSequences(folder)), 10, 'hitRate'),
  'given-split': () => compare(loadGivenSplit(folder), 20, 'recall'),
  'cold-user': () => coldUsers(loadPeople(folder), seed),
}
const run = protocols[values.protocol]
if (!run) throw new Error(`--protocol is ${values.protocol}, not one of ${Object.keys(protocols).join(', ')}`)
run()
console.log(`peak memory ${Math.round(process.resourceUsage().maxRSS / 1024)} MiB`)

/** A row a model: trained on the training set and, where the test's is larger, once more on that with the same weights. */
function compare({ validation, test }: { validation: Split; test: Split }, k: number, metric: string): void {
  const { items, users, sequence } = validation.train
  console.log(`${basename(folder)}: ${sequence.length} interactions of ${users} users with ${items} items to train on`)
  const recommender = trainRecommender(validation, { ...TRAIN, k, seed })
  const trained = test.train === validation.train ? recommender : recommender.retrain(test.train)
  console.log(`\n${''.padEnd(22)}   weight  train s  ${`${metric}@${k}`.padStart(10)}  ${`ndcg@${k}`.padStart(8)}`)
  const row = (name: string, weight: string, seconds: string, a: number, b: number, source = '') =>
    console.log(
      `${name.padEnd(24)} ${weight.padStart(6)} ${seconds.padStart(8)} ${a.toFixed(4).padStart(11)} ${b.toFixed(4).padStart(9)}  ${source}`,
    )
  const measure = (name: string, model: Model, weight: string, seconds: number, repeats = false) => {
    const metrics = evaluate(model, items, test.questions, { repeats, ks: [k] })
    row(name, weight, seconds.toFixed(1), metrics[`${metric}@${k}`]!, metrics[`ndcg@${k}`]!)
  }
  for (const { name, model, weight, trainSeconds } of trained.parts) {
    measure(name, model, weight.toFixed(3), trainSeconds)
  }
  const seconds = recommender.blendSeconds + recommender.parts.reduce((sum, part) => sum + part.trainSeconds, 0)
  measure('blend', trained, '', seconds)
  measure('blend, repeats allowed', trained, '', seconds, true)
  for (const [name, a, b, source] of PUBLISHED[basename(folder)] ?? []) row(name, '', '', a, b, source)
  console.log(
    `\nvalidation ndcg@${k} of the blend ${recommender.ndcg.toFixed(4)}; chosen in ${recommender.blendSeconds.toFixed(1)} s`,
  )
}
