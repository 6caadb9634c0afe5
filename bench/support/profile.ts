import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { type ServerProcess, startPersonalite } from './processes.ts'

/** What a function's time is counted under, with that of all it calls, unless something it calls is here too. */
const STEPS: Readonly<Record<string, string>> = {
  authenticate: 'check the signature',
  readJson: 'parse the body',
  validateInput: "check the model's constraints",
  parseRecord: "parse properties, apply the schema's rules",
  encodeValues: 'encode the records',
  writeRows: 'encode the records',
  send: 'write the reply',
  '#send': 'hand to the writer thread',
  '#settle': 'take back from the writer thread',
  parserOnHeadersComplete: 'HTTP (node)',
  onStreamRead: 'HTTP (node)',
  putRecords: 'append to the log',
  applyPuts: 'apply to the records',
  inTransaction: 'begin, commit, fsync',
  '(garbage collector)': 'garbage collection',
  '(idle)': 'idle',
}

interface Profile {
  readonly nodes: readonly { id: number; callFrame: { functionName: string }; children?: readonly number[] }[]
  readonly samples: readonly number[]
  readonly timeDeltas: readonly number[]
}

type Steps = readonly (readonly [step: string, microsecondsACall: number])[]

/** Runs the server under V8's sampling profiler; `work` gives the number of calls it made. */
export async function profileByStep(
  dataDir: string,
  work: (server: ServerProcess) => Promise<number>,
): Promise<ReadonlyMap<string, Steps>> {
  const directory = mkdtempSync(`${tmpdir()}/personalite-profile-`)
  const server = await startPersonalite(dataDir, ['--cpu-prof', `--cpu-prof-dir=${directory}`])
  const calls = await work(server)
  await server.stop()
  const files = readdirSync(directory).sort()
  const threads = ['request thread', 'writer thread']
  const profiles = files.slice(0, threads.length).map(name => JSON.parse(readFileSync(`${directory}/${name}`, 'utf8')))
  rmSync(directory, { recursive: true })
  return new Map(profiles.map((profile, index) => [threads[index]!, byStep(profile, calls)]))
}

function byStep({ nodes, samples, timeDeltas }: Profile, calls: number): Steps {
  const stepOf = new Map<number, string>()
  const byId = new Map(nodes.map(node => [node.id, node]))
  const visit = (id: number, inherited: string) => {
    const { callFrame, children } = byId.get(id)!
    const step = STEPS[callFrame.functionName] ?? inherited
    stepOf.set(id, step)
    for (const child of children ?? []) visit(child, step)
  }
  visit(nodes[0]!.id, 'everything else')
  const total = new Map<string, number>()
  for (const [index, id] of samples.entries()) {
    const step = stepOf.get(id)!
    total.set(step, (total.get(step) ?? 0) + timeDeltas[index]! / calls)
  }
  return [...total].sort(([, a], [, b]) => b - a)
}
