import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { EMBEDDING_MODEL } from '../../config/environment.ts'
import {
  EmbeddingModelError,
  type EmbeddingRequest,
  type EmbeddingResponse,
  PACKAGE,
  type Pooling,
  type Problem,
} from './embedding-protocol.ts'

/** The part used of https://huggingface.co/docs/transformers.js, version 4.3.1. */
interface Transformers {
  readonly env: { allowRemoteModels: boolean; useFSCache: boolean }
  pipeline(task: 'feature-extraction', model: string, options: { readonly dtype: string }): Promise<Extract>
}
type Extract = (
  texts: readonly string[],
  options: { readonly pooling: Pooling; readonly normalize: true },
) => Promise<{ tolist(): number[][] }>

/**
 * The program of the process that `embedding-model.ts` starts: it loads a model, then embeds the texts that it is sent.
 */
const [folder = '', dtype = '', pooling = 'mean'] = process.argv.slice(2)
const extract = load()
// The next question gets the error.
extract.catch(() => {})
process.on('message', ({ texts }: EmbeddingRequest) => void answer(texts))
process.once('disconnect', () => process.exit())
// Those of a terminal are for the server, which may still have to answer; this ends when the server does.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => {})

async function answer(texts: readonly string[]): Promise<void> {
  try {
    const embed = await extract
    const output = texts.length === 0 ? [] : (await embed(texts, options())).tolist()
    send({ vectors: output.map(vector => Float32Array.from(vector)) })
  } catch (error) {
    // Another error may quote a text.
    send(error instanceof EmbeddingModelError ? problemOf(error) : { problem: 'the embedding model fails at a text' })
  }
}

const problemOf = ({ message, hint }: EmbeddingModelError): Problem => ({ problem: message, hint })
const send = (message: EmbeddingResponse) => process.connected && process.send!(message)
const options = () => ({ pooling: pooling as Pooling, normalize: true }) as const

async function load(): Promise<Extract> {
  const { env, pipeline } = await importTransformers()
  env.allowRemoteModels = false
  env.useFSCache = false
  // By its path: a name that is none on the hub, such as `my model`, would not be looked for beside `localModelPath`.
  return pipeline('feature-extraction', folder, { dtype }).catch(({ message }: Error) => {
    const problem = `${EMBEDDING_MODEL}: the embedding model cannot be read`
    throw new EmbeddingModelError({ problem, hint: `${folder}: ${message}` })
  })
}

/** Installed beside the model, where the next `npm ci` leaves it alone, or with us. */
async function importTransformers(): Promise<Transformers> {
  const place = [join(folder, 'config.json'), import.meta.url].flatMap(from => placeOf(from) ?? [])[0]
  if (!place) {
    const install = `npm install --no-save --ignore-scripts ${PACKAGE}`
    const problem = `an embedding model needs the package ${PACKAGE}, which is not installed: ${install}`
    throw new EmbeddingModelError({ problem })
  }
  return import(place).catch(({ message }: Error) => {
    throw new EmbeddingModelError({ problem: `the package ${PACKAGE} cannot be loaded`, hint: message })
  })
}

function placeOf(from: string): string | undefined {
  try {
    return pathToFileURL(createRequire(from).resolve(PACKAGE)).href
  } catch {
    return undefined
  }
}
