/**
 * Trains a recipe on what fits of a data directory's events, and prints its measurements (`PartMeasured`). Arguments:
 * the directory, the recipe's name, the bytes of memory. A process of its own, for its peak of memory.
 */
import { planOf } from '../../src/recommender/training/plan.ts'
import { trainModel } from '../../src/recommender/training/training.ts'
import { openStore } from '../../src/store/open.ts'
import { GROUP } from './recipe-store.ts'
import type { PartMeasured } from './train-on-part.ts'

const [, , dataDir, recipe, memory] = process.argv
const store = await openStore(dataDir!)
const plan = planOf({ recipeArn: `arn:aws:personalize:::recipe/${recipe}`, datasetGroupArn: GROUP })
const before = process.memoryUsage().rss
const phases: [phase: string, seconds: number, processorSeconds: number][] = []
let [started, processor] = [performance.now(), process.cpuUsage()]

/** Adds the time since the last call to a phase. */
function add(phase: string): void {
  const { user, system } = process.cpuUsage(processor)
  const last = phases.at(-1)?.[0] === phase ? phases.at(-1)! : ([phase, 0, 0] as (typeof phases)[number])
  if (phases.at(-1) !== last) phases.push(last)
  last[1] += (performance.now() - started) / 1000
  last[2] += (user + system) / 1e6
  ;[started, processor] = [performance.now(), process.cpuUsage()]
}

const { trainedOn } = await trainModel({
  store,
  plan,
  limits: { minimums: true, quotas: false },
  bounds: { memory: Number(memory) },
  snapshots: { dataDir: dataDir!, least: 0 },
  seed: 1,
  report: ({ phase }) => add(['counting', 'reading'].includes(phase) ? phase : 'training'),
})
add('training')
const bytes = process.resourceUsage().maxRSS * 1024 - before
console.log(JSON.stringify({ trainedOn, phases, bytes } satisfies PartMeasured))
await store.close()
