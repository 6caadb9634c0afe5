import { choose, retrain } from '../../src/engine/blend/choose.ts'
import { alone, evaluate } from '../../src/engine/blend/evaluate.ts'
import { blendModelOf } from '../../src/engine/blend/models.ts'
import { openPersonalization } from '../../src/engine/blend/personalization.ts'
import type { Ranker } from '../../src/engine/blend/rank.ts'
import { stateOf, TRAIN } from '../../src/engine/blend/train.ts'
import type { Split } from '../../src/engine/interactions.ts'
import { serviceMetrics } from '../../src/engine/metrics/service.ts'

/**
 * A row a model of the engine that has weight, and one for their blend: chosen on the validation split at the size of a
 * trial, then trained as it is served. Recipes cut a validation split of their own from what they train on.
 */
export function compareModels(
  { validation, test }: { validation: Split; test: Split },
  k: number,
  metric: string,
  seed: number,
): void {
  const { items } = validation.train
  const questions = { usual: validation.questions, usualFrom: 0, few: [] }
  const settings = { ...TRAIN, k, seed }
  const started = performance.now()
  const trial = { ...settings, denseSizeMax: settings.trialSizeMax }
  const choice = choose({ interactions: validation.train }, questions, trial)
  const trained = retrain(choice, { interactions: test.train }, settings)
  const seconds = (performance.now() - started) / 1000
  console.log(`\n${'model'.padEnd(22)}   weight  trial s  ${`${metric}@${k}`.padStart(10)}  ${`ndcg@${k}`.padStart(8)}`)
  const measure = (name: string, ranker: Ranker, weight: string, seconds: number, repeats = false) => {
    const metrics = evaluate(ranker, items, test.questions, { repeats, ks: [k] })
    const [a, b] = [metrics[`${metric}@${k}`]!, metrics[`ndcg@${k}`]!].map(value => value.toFixed(4))
    const cells = [name.padEnd(24), weight.padStart(6), seconds.toFixed(1).padStart(8), a!.padStart(11), b!.padStart(9)]
    console.log(cells.join(' '))
  }
  for (const [m, { name, state }] of trained.parts.entries()) {
    const weight = trained.blends[0]!.weights[m]!.toFixed(3)
    measure(name, alone(blendModelOf(name).open(state), items), weight, choice.seconds[name]!)
  }
  const blend = (repeats: boolean) =>
    openPersonalization(stateOf({ ...trained, repeats }, items, serviceMetrics([], [], items)))
  measure('blend', blend(false), '', seconds)
  measure('blend, repeats allowed', blend(true), '', seconds, true)
  const [ndcg, choosing] = [choice.ndcg.toFixed(4), choice.seconds.blend!.toFixed(1)]
  console.log(`\nvalidation ndcg@${k} of the blend ${ndcg}; chosen in ${choosing} s; floor ${trained.blends[0]!.floor}`)
  console.log(`peak memory ${Math.round(process.resourceUsage().maxRSS / 1024)} MiB`)
}
