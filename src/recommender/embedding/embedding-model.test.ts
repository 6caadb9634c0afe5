import assert from 'node:assert/strict'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { temporaryDirectory } from '#test/directory.ts'
import { loadEmbeddingModel } from './embedding-model.ts'
import { EmbeddingModelError } from './embedding-protocol.ts'

/** In the place of transformers.js: a vector says how long the text was, how many and how long those beside it were. */
const PACKAGE = `
export const env = {}
export async function pipeline(task, model, { dtype }) {
  if (env.allowRemoteModels !== false) throw new Error('it would fetch')
  if (model.includes('damaged')) throw new Error('Protobuf parsing failed')
  let busy = false
  return async (texts, { pooling, normalize }) => {
    if (busy) throw new Error('two at once')
    busy = true
    await new Promise(setImmediate)
    busy = false
    const longest = Math.max(...texts.map(text => text.length))
    const flags = [dtype === 'fp32', pooling === 'mean', normalize].map(Number)
    return { tolist: () => texts.map(text => [text.length, texts.length, longest, ...flags]) }
  }
}
`
const FILES = ['config.json', 'tokenizer.json', 'tokenizer_config.json']

describe('loadEmbeddingModel', () => {
  let root: string
  before(async () => {
    root = await temporaryDirectory()
    write('node_modules/@huggingface/transformers/package.json', '{"type":"module","exports":"./index.js"}')
    write('node_modules/@huggingface/transformers/index.js', PACKAGE)
  })
  after(() => rmSync(root, { recursive: true }))

  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  const folderWith = (name: string, ...files: string[]) => {
    for (const file of files) write(`${name}/${file}`, '{}')
    return join(root, name)
  }

  it('takes the package that is beside the model, the exact weights, and the mean over the tokens', async () => {
    const folder = folderWith('a model', ...FILES, 'onnx/model.onnx', 'onnx/model_quantized.onnx')
    const embed = await loadEmbeddingModel(folder)
    assert.deepEqual(await embed(['abc']), [Float32Array.of(3, 1, 3, 1, 1, 1)])
    assert.equal(await loadEmbeddingModel(folder), embed)
  })

  it('takes the weights of 8 bits where there are no others, and the pooling that the folder names', async () => {
    const folder = folderWith('quantized', ...FILES, 'onnx/model_quantized.onnx')
    write('quantized/1_Pooling/config.json', '{"pooling_mode_cls_token":true}')
    const embed = await loadEmbeddingModel(folder)
    assert.deepEqual(await embed(['abc']), [Float32Array.of(3, 1, 3, 0, 0, 1)])
  })

  it('embeds texts of a length together, few long ones at once, and returns the vectors in the order of the texts', async () => {
    const embed = await loadEmbeddingModel(folderWith('batches', ...FILES, 'onnx/model.onnx'))
    const texts = Array.from({ length: 200 }, (_, i) => 'x'.repeat(i % 4 === 0 ? 9000 : i))
    const told: number[] = []
    const vectors = await embed(texts, done => told.push(done))
    for (const [i, [length, count, longest]] of vectors.entries()) {
      assert.equal(length, Math.min(texts[i]!.length, 4000))
      assert.ok(count! <= 32 && count! * longest! <= 8192)
    }
    assert.equal(told.at(-1), 200)
    assert.deepEqual(
      told,
      told.toSorted((a, b) => a - b),
    )
    assert.deepEqual(await embed([]), [])
  })

  it('embeds one batch after the other, however many ask at once', async () => {
    const embed = await loadEmbeddingModel(folderWith('turns', ...FILES, 'onnx/model.onnx'))
    const vectors = await Promise.all(['a', 'bb', 'ccc'].map(text => embed([text])))
    assert.deepEqual(
      vectors.map(([vector]) => vector![0]),
      [1, 2, 3],
    )
  })

  it('says what is missing', async () => {
    const refused = (folder: string, message: RegExp, hint: RegExp) =>
      assert.rejects(loadEmbeddingModel(folder), (error: Error) => {
        assert.ok(error instanceof EmbeddingModelError)
        assert.match(error.message, message)
        assert.match(error.hint!, hint)
        assert.ok(!error.message.includes(root))
        return true
      })
    await refused(join(root, 'nowhere'), /PERSONALITE_EMBEDDING_MODEL.* there is no such folder/, /nowhere$/)
    await refused(
      folderWith('half', 'config.json'),
      /no tokenizer\.json, .*no onnx\/model\.onnx or onnx\/model_quant/,
      /half$/,
    )
    await refused(
      folderWith('damaged', ...FILES, 'onnx/model.onnx'),
      /embedding model cannot be read$/,
      /damaged: Protobuf/,
    )
  })
})
