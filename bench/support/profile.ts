import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { type ServerProcess, startPersonalite } from './processes.ts'

/**
 * The step to which the time of a function, or of all functions of a file, counts. That of its callees counts too,
 * unless a callee is here itself.
 */
const STEPS: Readonly<Record<string, string>> = {
  'plain-connections.ts read': 'read the request',
  'handle.ts receive': 'route, ids, metrics, promises',
  'handle.ts answer': 'route, ids, metrics, promises',
  'authenticate.ts checkHead': 'check the signature',
  'authenticate.ts checkSignature': 'check the signature',
  'body.ts readBody': 'parse the body',
  'validate.ts validateInput': "check the model's constraints",
  'properties.ts parseRecord': "parse properties, apply the schema's rules",
  'encoding.ts encodeValues': 'encode the records',
  'log.ts writeRows': 'encode the records',
  'plain-connections.ts write': 'write the reply',
  'plain-connections.ts #write': 'write the reply',
  'writer-client.ts #send': 'hand to the writer thread',
  'writer-client.ts #settle': 'take back from the writer thread',
  'index.ts add': 'index what waits to be applied',
  'log.ts putRecords': 'append to the log',
  'log.ts applyPuts': 'apply to the records',
  'writer.ts inTransaction': 'begin, commit, fsync',
  'open-model.ts': 'load the model and its catalogue, once',
  'safetensors.ts': 'load the model and its catalogue, once',
  'catalogues.ts': 'load the model and its catalogue, once',
  'packs.ts': "the user's events, out of packs",
  'request-user.ts': "the user's events, out of packs",
  'recommend.ts': 'filters, places, scores of the list',
  'facts.ts': 'filters, places, scores of the list',
  'explore-request.ts': 'exploration',
  'untried.ts': 'exploration',
  'recommendation-id.ts': 'route, ids, metrics, promises',
  'reply.ts textOf': 'the text of the reply',
  'personalization.ts': 'scores: the blend, its total',
  'rank.ts': 'scores: the blend, its total',
  'blend.ts': 'scores: the blend, its total',
  'best.ts': 'the best of the scores',
  'cold-items.ts': 'scores: new items',
  'content.ts': 'scores: new items',
  ...Object.fromEntries(
    [
      'cold-user',
      'context-knn',
      'ease',
      'factored-softmax',
      'graph-walk',
      'skip-markov',
      'slit',
      'two-step-markov',
    ].map(model => [`${model}.ts`, `scores: ${model}`]),
  ),
}

/** The first step of a call in each of the two threads. */
const FIRST = ['authenticate.ts checkSignature', 'log.ts putRecords'].map(name => STEPS[name])

/** The name for the time of a function outside the steps. */
function ownStep({ functionName, url }: CallFrame): string | undefined {
  if (functionName === '(idle)') return 'idle'
  if (functionName === '(garbage collector)') return 'garbage collection'
  if (functionName === '(program)') return 'native code that no function asked for'
  if (url.startsWith('node:')) return 'HTTP, sockets, event loop (node)'
  return undefined
}

interface CallFrame {
  readonly functionName: string
  readonly url: string
}

interface Profile {
  readonly nodes: readonly { id: number; callFrame: CallFrame; children?: readonly number[] }[]
  readonly samples: readonly number[]
  readonly timeDeltas: readonly number[]
}

type Steps = readonly (readonly [step: string, microsecondsACall: number])[]

/**
 * Runs the server under V8's sampling profiler, and prints the microseconds of a call by thread and step.
 * @param work makes calls, and returns their number
 * @param flags of `serve`
 */
export async function printProfile(
  dataDir: string,
  work: (server: ServerProcess) => Promise<number>,
  flags: readonly string[] = [],
): Promise<void> {
  const directory = mkdtempSync(`${tmpdir()}/personalite-profile-`)
  const server = await startPersonalite(dataDir, ['--cpu-prof', `--cpu-prof-dir=${directory}`], flags)
  const calls = await work(server)
  await server.stop()
  const files = readdirSync(directory).sort()
  for (const [index, thread] of ['request thread', 'writer thread'].entries()) {
    console.log(thread)
    const profile = JSON.parse(readFileSync(`${directory}/${files[index]}`, 'utf8')) as Profile
    for (const [step, micros] of byStep(profile, calls)) console.log(`  ${micros.toFixed(1).padStart(6)}  ${step}`)
  }
  rmSync(directory, { recursive: true })
}

function byStep({ nodes, samples, timeDeltas }: Profile, calls: number): Steps {
  const stepOf = new Map<number, string>()
  const byId = new Map(nodes.map(node => [node.id, node]))
  const visit = (id: number, inherited: string | undefined) => {
    const { callFrame, children } = byId.get(id)!
    const file = callFrame.url.split('/').at(-1)!
    const step = STEPS[`${file} ${callFrame.functionName}`] ?? STEPS[file] ?? inherited
    stepOf.set(id, step ?? ownStep(callFrame) ?? 'everything else')
    for (const child of children ?? []) visit(child, step)
  }
  visit(nodes[0]!.id, undefined)
  // The samples before the first call are the start of the server.
  const start = samples.findIndex(id => FIRST.includes(stepOf.get(id)))
  const total = new Map<string, number>()
  for (const [index, id] of samples.entries()) {
    if (index < start) continue
    const step = stepOf.get(id)!
    total.set(step, (total.get(step) ?? 0) + timeDeltas[index]! / calls)
  }
  return [...total].sort(([, a], [, b]) => b - a)
}
