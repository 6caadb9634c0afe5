import { type ChildProcess, fork } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { EMBEDDING_MODEL } from '../../config/environment.ts'
import type { Embed } from '../../engine/text/embeddings.ts'
import {
  EmbeddingModelError,
  type EmbeddingRequest,
  type EmbeddingResponse,
  type Pooling,
  type Problem,
} from './embedding-protocol.ts'

const FILES = ['config.json', 'tokenizer.json', 'tokenizer_config.json']
/** The first that is there is taken: the exact one before the one of 8 bits. */
const WEIGHTS = [
  { file: 'onnx/model.onnx', dtype: 'fp32' },
  { file: 'onnx/model_quantized.onnx', dtype: 'q8' },
]

/** Models read some 512 tokens of a text, about 2,000 characters; the tokenizer would go through all of it. */
const CHARACTERS_MAX = 4000
/** Of texts embedded at once: 32 of 512 tokens took 2.3 GB, 4 of them take 0.5 GB and no longer each. */
const BATCH = { texts: 32, characters: 8192 }

const loaded = new Map<string, Promise<Embed>>()

/**
 * Loads an embedding model from a folder of this machine, in the format of transformers.js (`config.json`,
 * `tokenizer.json`, `tokenizer_config.json`, `onnx/model.onnx` or `onnx/model_quantized.onnx`); nothing is fetched. A
 * folder is loaded once. The model runs in a process of its own for two reasons. A thread stopped while ONNX Runtime
 * computes takes its process with it. And a text takes up to 300 ms, in which a thread answers no requests.
 * @throws EmbeddingModelError where the package is not installed, or the folder holds no such model
 */
export function loadEmbeddingModel(folder: string): Promise<Embed> {
  const path = resolve(folder)
  const loading = loaded.getOrInsertComputed(path, load)
  loading.catch(() => loaded.delete(path))
  return loading
}

async function load(folder: string): Promise<Embed> {
  const { dtype } = weightsOf(folder)
  const program = fileURLToPath(new URL('./embedding-process.ts', import.meta.url))
  // Its output may quote the texts that it read.
  const model = fork(program, [folder, dtype, poolingOf(folder)], {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    execArgv: [],
  })
  model.once('exit', () => loaded.delete(folder))
  const extract = inTurn(texts => ask(model, texts))
  await extract([]).catch(error => {
    if (model.connected) model.disconnect()
    throw error
  })
  return inBatches(extract)
}

/** @throws EmbeddingModelError naming the missing files */
function weightsOf(folder: string): (typeof WEIGHTS)[number] {
  const missing = FILES.filter(file => !existsSync(join(folder, file)))
  const weights = WEIGHTS.find(({ file }) => existsSync(join(folder, file)))
  if (missing.length === 0 && weights) return weights
  if (!weights) missing.push(WEIGHTS.map(({ file }) => file).join(' or '))
  const problem = existsSync(folder)
    ? `the folder must hold the files of an embedding model, it has no ${missing.join(', no ')}`
    : 'it must be the folder of an embedding model, there is no such folder'
  throw new EmbeddingModelError({ problem: `${EMBEDDING_MODEL}: ${problem}`, hint: folder })
}

/** The pooling that sentence-transformers keeps beside a model; without it the mean over the tokens, as most want. */
function poolingOf(folder: string): Pooling {
  const path = join(folder, '1_Pooling', 'config.json')
  if (!existsSync(path)) return 'mean'
  const { pooling_mode_cls_token } = JSON.parse(readFileSync(path, 'utf8')) as { pooling_mode_cls_token?: boolean }
  return pooling_mode_cls_token ? 'cls' : 'mean'
}

type Extract = (texts: readonly string[]) => Promise<readonly Float32Array[]>

/** The process keeps this one alive only while it is asked something, and ends with it. */
function ask(model: ChildProcess, texts: readonly string[]): ReturnType<Extract> {
  const { promise, resolve, reject } = Promise.withResolvers<readonly Float32Array[]>()
  const fail = (problem: Problem) => reject(new EmbeddingModelError(problem))
  const answered = (answer: EmbeddingResponse) => ('vectors' in answer ? resolve(answer.vectors) : fail(answer))
  const ended = () =>
    fail({ problem: 'the process of the embedding model has ended; there may be too little memory for it' })
  model.ref()
  model.channel?.ref()
  model.once('message', answered).once('exit', ended)
  if (model.connected) model.send({ texts } satisfies EmbeddingRequest)
  else ended()
  return promise.finally(() => {
    model.off('message', answered).off('exit', ended)
    model.unref()
    model.channel?.unref()
  })
}

/** One batch after the other, from all callers. */
function inTurn(extract: Extract): Extract {
  let before: Promise<unknown> = Promise.resolve()
  return texts => {
    const turn = before.then(() => extract(texts))
    before = turn.catch(() => {})
    return turn
  }
}

/** Texts of about one length together, for each is padded to the longest of its batch. */
function inBatches(extract: Extract): Embed {
  return async (texts, done) => {
    const read = texts.map(text => text.slice(0, CHARACTERS_MAX).toWellFormed())
    const byLength = [...read.keys()].sort((a, b) => read[b]!.length - read[a]!.length || a - b)
    const vectors: Float32Array[] = new Array(texts.length)
    for (let at = 0; at < byLength.length; ) {
      const longest = Math.max(1, read[byLength[at]!]!.length)
      const count = Math.max(1, Math.min(BATCH.texts, Math.floor(BATCH.characters / longest)))
      const batch = byLength.slice(at, at + count)
      const embedded = await extract(batch.map(item => read[item]!))
      for (const [i, item] of batch.entries()) vectors[item] = embedded[i]!
      at += batch.length
      done?.(at)
    }
    return vectors
  }
}
