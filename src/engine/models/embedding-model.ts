import { basename, dirname, resolve } from 'node:path'
import type { Embed } from './embeddings.ts'

/** What is used of https://huggingface.co/docs/transformers.js. */
interface Transformers {
  readonly env: { allowRemoteModels: boolean; localModelPath: string }
  pipeline(task: 'feature-extraction', model: string): Promise<Extractor>
}
type Extractor = (
  texts: readonly string[],
  options: { readonly pooling: 'mean'; readonly normalize: true },
) => Promise<{ tolist(): number[][] }>

/** Not among our dependencies: it brings 200 MB of binaries and fetches more when it is installed. */
const PACKAGE = '@huggingface/transformers'
const BATCH = 32

/**
 * Loads an embedding model from a folder of this machine, in the format of transformers.js (`config.json`,
 * `tokenizer.json`, `onnx/model.onnx`); nothing is fetched.
 * @throws Error where the package is not installed, or the folder holds no such model
 */
export async function loadEmbeddingModel(folder: string): Promise<Embed> {
  const { env, pipeline } = await (import(PACKAGE) as Promise<Transformers>).catch(cause => {
    throw new Error(`an embedding model needs the package ${PACKAGE}: npm install ${PACKAGE}`, { cause })
  })
  env.allowRemoteModels = false
  env.localModelPath = dirname(resolve(folder))
  const extract = await pipeline('feature-extraction', basename(resolve(folder)))
  return async texts => {
    const vectors: Float32Array[] = []
    for (let at = 0; at < texts.length; at += BATCH) {
      const output = await extract(texts.slice(at, at + BATCH), { pooling: 'mean', normalize: true })
      vectors.push(...output.tolist().map(vector => Float32Array.from(vector)))
    }
    return vectors
  }
}
