import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { dirname } from 'node:path'
import { memoryOf } from '#test/training-memory.ts'
import { datasetsOf } from '../../src/datasets/of-group.ts'
import { createRandom } from '../../src/engine/math/random.ts'
import { recipes } from '../../src/recipes/recipes.ts'
import { snapshotsIn } from '../../src/recommender/snapshots/folder.ts'
import { originOf } from '../../src/recommender/snapshots/origin.ts'
import { openSnapshot, writeSnapshot } from '../../src/recommender/snapshots/snapshot-file.ts'
import type { TrainingEvent } from '../../src/recommender/training/events.ts'
import type { TrainedOn } from '../../src/recommender/training/trained-on.ts'
import { openStore } from '../../src/store/open.ts'
import { contextFields, createEvents, GROUP, itemId, userId } from './recipe-store.ts'

export const HISTORY = 50
export const ITEMS = 20_000
export const TASTES = 50
const YEAR_MS = 365 * 86_400_000
const MIB = 2 ** 20
const BILLION = 1e9

type Phase = readonly [phase: string, seconds: number, processorSeconds: number]

interface Asked {
  readonly events: number
  /** Its name. */
  readonly recipe: string
  /** In bytes. */
  readonly memory: number
  /** How many numbers an event has as contexts. */
  readonly contexts: number
}

/** The measurements of one training in a process of its own. */
export interface PartMeasured {
  readonly trainedOn: TrainedOn
  /** The seconds and the processor seconds of each phase, in order. */
  readonly phases: readonly Phase[]
  /** The peak of the memory, less what the process had before. */
  readonly bytes: number
}

/** Trains a recipe on what fits of generated events, and prints what that takes. */
export async function trainOnPart(asked: Asked): Promise<void> {
  const { events, recipe, memory, contexts } = asked
  const dataDir = mkdtempSync(`${tmpdir()}/personalite-bench-`)
  try {
    const [path, writing] = await timed('writing the file', () => fill(dataDir, events, { contexts }))
    const [, copying] = await timed('into a new file', () => copy(path))
    const program = new URL('./train-part.ts', import.meta.url).pathname
    const options = ['--max-old-space-size=12000', program, dataDir, recipe, String(memory)]
    const measured: PartMeasured = JSON.parse(execFileSync(process.execPath, options).toString())
    print(asked, { ...measured, phases: [writing, copying, ...measured.phases] }, statSync(path).size)
  } finally {
    rmSync(dataDir, { recursive: true })
  }
}

/** Returns the result, and the seconds and processor seconds of this process. */
export async function timed<Result>(phase: string, run: () => Promise<Result>): Promise<readonly [Result, Phase]> {
  const [started, before] = [performance.now(), process.cpuUsage()]
  const result = await run()
  const { user, system } = process.cpuUsage(before)
  return [result, [phase, (performance.now() - started) / 1000, (user + system) / 1e6]]
}

/** Writes the file again, as each day where few users have new events. */
async function copy(path: string): Promise<void> {
  await using file = await openSnapshot(path)
  const { of, seq } = file!
  await writeSnapshot(`${path}.copy`, `${path}.copy.part`, async writer => {
    for await (const chunk of file!.read()) await writer.copy(chunk, 0, chunk.users.length)
    return { of, seq }
  })
  rmSync(`${path}.copy`)
}

/** The store is PostgreSQL where there is a URL, and events have this many numbers as contexts. */
interface Filling {
  readonly url?: string | undefined
  readonly contexts?: number
}

/** Writes the file of a dataset that is empty but for it. Returns its path. */
export async function fill(dataDir: string, events: number, { url, contexts = 0 }: Filling): Promise<string> {
  await using store = await openStore(dataDir, url)
  const id = await createEvents(store, contexts)
  const dataset = (await datasetsOf(store, GROUP)).INTERACTIONS!
  const path = snapshotsIn(dataDir).pathOf(id)
  mkdirSync(dirname(path))
  await writeSnapshot(path, `${path}.part`, async writer => {
    await writer.put(generate(events, contexts))
    return { of: await originOf(store, dataset), seq: 0 }
  })
  return path
}

/** As in `bench/train.ts`, each user's events over a year. */
function* generate(count: number, contexts: number): Generator<TrainingEvent> {
  const random = createRandom(1)
  const ids = Array.from({ length: ITEMS }, (_, item) => itemId(item))
  const rest = { eventType: 'watch', eventValue: null, seq: 0, repeated: false }
  const fields = contextFields(contexts).map(({ name }) => name)
  const detailsOf = () => JSON.stringify(Object.fromEntries(fields.map(name => [name, Math.floor(random() * 24)])))
  for (let user = 0; user < count / HISTORY; user++) {
    const taste = Math.floor(random() * TASTES)
    const id = userId(user)
    for (let event = 0; event < HISTORY; event++) {
      const among = random() < 0.2 ? Math.floor(random() * TASTES) : taste
      const item = Math.floor((ITEMS / TASTES) * random() ** 3) * TASTES + among
      const timestampMs = 1.7e12 + Math.floor((YEAR_MS / HISTORY) * (event + random()))
      yield { ...rest, details: contexts === 0 ? '' : detailsOf(), userId: id, itemId: ids[item]!, timestampMs }
    }
  }
}

function print({ events, recipe, memory, contexts }: Asked, measured: PartMeasured, fileBytes: number): void {
  const { trainedOn, phases, bytes } = measured
  const { family } = recipes.find(({ name }) => name === recipe)!
  const size = { events: trainedOn.events, users: trainedOn.users, items: ITEMS }
  const estimate = memoryOf(family, size, contexts)
  const inWords = (count: number) => Math.round(count).toLocaleString('en')
  const since = new Date(trainedOn.oldest ?? 0).toISOString().slice(0, 10)
  console.log(`${cpus().length} × ${cpus()[0]?.model}, node ${process.version}; ${recipe}`)
  console.log(
    `${inWords(events)} events of ${inWords(events / HISTORY)} users, ${(fileBytes / events).toFixed(1)} bytes each`,
  )
  console.log(`trained on ${inWords(trainedOn.events)} since ${since}, of ${inWords(trainedOn.users)} users`)
  const mebibytes = (size: number) => `${inWords(size / MIB)} MiB`
  console.log(`memory: ${mebibytes(bytes)} of ${mebibytes(memory)}, estimated ${mebibytes(estimate)}\n`)
  console.log('phase                   seconds  of processors  µs an event  hours of a billion')
  for (const [phase, seconds, processorSeconds] of phases) {
    // Of steps that go through all events a billion is this many times as much; a training stays as large as it is.
    const grows = ['writing the file', 'into a new file', 'counting', 'reading'].includes(phase)
    const ofBillion = (processorSeconds * (grows ? BILLION / events : 1)) / 3600
    const each = (processorSeconds / (grows ? events : trainedOn.events)) * 1e6
    const cells = [seconds.toFixed(0), processorSeconds.toFixed(0), each.toFixed(2), ofBillion.toFixed(2)]
    console.log(phase.padEnd(22), ...cells.map((cell, at) => cell.padStart([8, 14, 12, 19][at]!)))
  }
}
