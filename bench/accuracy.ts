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
import { CANDIDATES, type Candidate } from '../src/engine/candidates.ts'
import { choose, retrain } from '../src/engine/choose.ts'
import { alone, evaluate } from '../src/engine/evaluate.ts'
import { leaveLastOut, type Split } from '../src/engine/interactions.ts'
import { serviceMetrics } from '../src/engine/metrics/service.ts'
import { openPersonalization } from '../src/engine/personalization.ts'
import type { Ranker } from '../src/engine/rank.ts'
import { stateOf, TRAIN } from '../src/engine/train.ts'
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

/** A row a model that has weight: chosen on the validation split at the size of a trial, then trained as it is served. */
function compare({ validation, test }: { validation: Split; test: Split }, k: number, metric: string): void {
  const { items, users, sequence } = validation.train
  console.log(`${basename(folder)}: ${sequence.length} interactions of ${users} users with ${items} items to train on`)
  const questions = { usual: validation.questions, usualFrom: 0, few: [] }
  const settings = { ...TRAIN, k, seed }
  const started = performance.now()
  const trial = { ...settings, denseSizeMax: settings.trialSizeMax }
  const choice = choose({ interactions: validation.train }, questions, trial)
  const trained = retrain(choice, { interactions: test.train }, settings)
  const seconds = (performance.now() - started) / 1000
  console.log(`\n${''.padEnd(22)}   weight  trial s  ${`${metric}@${k}`.padStart(10)}  ${`ndcg@${k}`.padStart(8)}`)
  const row = (name: string, weight: string, seconds: string, a: number, b: number, source = '') =>
    console.log(
      `${name.padEnd(24)} ${weight.padStart(6)} ${seconds.padStart(8)} ${a.toFixed(4).padStart(11)} ${b.toFixed(4).padStart(9)}  ${source}`,
    )
  const measure = (name: string, ranker: Pick<Ranker, 'rank'>, weight: string, seconds: number, repeats = false) => {
    const metrics = evaluate(ranker, items, test.questions, { repeats, ks: [k] })
    row(name, weight, seconds.toFixed(1), metrics[`${metric}@${k}`]!, metrics[`ndcg@${k}`]!)
  }
  for (const [m, { name, state }] of trained.parts.entries()) {
    const weight = trained.blends[0]!.weights[m]!.toFixed(3)
    measure(name, alone((CANDIDATES[name] as Candidate).open(state), items), weight, choice.seconds[name]!)
  }
  const blend = (repeats: boolean) =>
    openPersonalization(stateOf({ ...trained, repeats }, items, serviceMetrics([], [], items)))
  measure('blend', blend(false), '', seconds)
  measure('blend, repeats allowed', blend(true), '', seconds, true)
  for (const [name, a, b, source] of PUBLISHED[basename(folder)] ?? []) row(name, '', '', a, b, source)
  console.log(
    `\nvalidation ndcg@${k} of the blend ${choice.ndcg.toFixed(4)}; chosen in ${choice.seconds.blend!.toFixed(1)} s; floor ${trained.blends[0]!.floor}`,
  )
}
