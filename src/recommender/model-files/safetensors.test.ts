import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { loadArtifact, saveArtifact } from './safetensors.ts'

describe('saveArtifact', () => {
  const folder = mkdtempSync(join(tmpdir(), 'personalite-'))
  const path = join(folder, 'model.safetensors')

  it('keeps numbers, texts, lists and arrays of every kind', async () => {
    const state = {
      name: 'blend',
      none: null,
      weights: [0.25, 0.75],
      parts: [{ bytes: Uint8Array.of(1, 2, 3) }, { T: { offsets: Int32Array.of(0, 1), values: Float32Array.of(0.5) } }],
      wide: Float64Array.of(Math.PI, Number.NEGATIVE_INFINITY),
      halves: [Int16Array.of(-32_768, 32_767), Uint16Array.of(65_535)],
      empty: new Float32Array(0),
    }
    await saveArtifact(path, state)
    assert.deepEqual(await loadArtifact(path), state)
    assert.deepEqual(readdirSync(folder), ['model.safetensors'])
    rmSync(folder, { recursive: true })
  })

  it('writes what any reader of safetensors reads', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'personalite-'))
    const path = join(folder, 'model.safetensors')
    await saveArtifact(path, { a: Int32Array.of(7, -1), b: Float64Array.of(2) })
    const file = readFileSync(path)
    const length = Number(file.readBigUInt64LE())
    const header = JSON.parse(file.toString('utf8', 8, 8 + length))
    assert.equal(length % 8, 0)
    assert.deepEqual(header.b, { dtype: 'F64', shape: [1], data_offsets: [0, 8] })
    assert.deepEqual(header.a, { dtype: 'I32', shape: [2], data_offsets: [8, 16] })
    assert.equal(file.readInt32LE(8 + length + 12), -1)
    assert.equal(file.length, 8 + length + 16)
    rmSync(folder, { recursive: true })
  })

  it('keeps integers that are near one another in fewer bytes, and reads them as they were', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'personalite-'))
    const path = join(folder, 'model.safetensors')
    const columns = (length: number) => Uint16Array.from({ length }, (_, at) => (3 * at) % 2 ** 16)
    // More than is read at once.
    const state = {
      rows: { columns: columns(3e6), values: Int16Array.from([-5, 7]) },
      offsets: Int32Array.from(columns(2e6)),
    }
    await saveArtifact(path, state)
    assert.ok(readFileSync(path).length < 5.1e6)
    assert.deepEqual(await loadArtifact(path), state)
    rmSync(folder, { recursive: true })
  })

  it('keeps a view of a larger buffer as the view alone', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'personalite-'))
    await saveArtifact(join(folder, 'm'), { part: Int32Array.of(1, 2, 3, 4).subarray(1, 3) })
    assert.deepEqual(await loadArtifact(join(folder, 'm')), { part: Int32Array.of(2, 3) })
    rmSync(folder, { recursive: true })
  })
})

describe('loadArtifact', () => {
  it('reads all arrays into one buffer in memory that threads share', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'personalite-'))
    const path = join(folder, 'model.safetensors')
    await saveArtifact(path, { part: Int32Array.of(1), parts: [Float64Array.of(2)] })
    const { part, parts } = (await loadArtifact(path)) as { part: Int32Array; parts: [Float64Array] }
    assert.ok(part.buffer instanceof SharedArrayBuffer)
    assert.equal(parts[0].buffer, part.buffer)
    rmSync(folder, { recursive: true })
  })

  it('refuses a file that was cut short, and one that is something else', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'personalite-'))
    const path = join(folder, 'model.safetensors')
    await saveArtifact(path, { part: new Float64Array(100) })
    const whole = readFileSync(path)
    for (const bytes of [whole.subarray(0, -1), whole.subarray(0, 20), Buffer.alloc(0), Buffer.from('not a model')]) {
      writeFileSync(path, bytes)
      await assert.rejects(loadArtifact(path))
    }
    rmSync(folder, { recursive: true })
  })
})

describe('a damaged model', () => {
  const folder = mkdtempSync(join(tmpdir(), 'personalite-'))
  const path = join(folder, 'model.safetensors')
  after(() => rmSync(folder, { recursive: true }))
  const state = { ids: ['a', 'b'], part: Float64Array.from({ length: 1 << 20 }, (_, i) => i) }
  let whole: Buffer
  before(async () => {
    await saveArtifact(path, state)
    whole = readFileSync(path)
  })
  const damaged = /damaged|not a model|JSON|Unexpected|before its header/

  it('is refused whichever of its bytes differs, in the header or in the numbers', async () => {
    const places = [...Array.from({ length: 60 }, (_, at) => 5 * at), 1 << 22, (1 << 22) + 1, whole.length - 1]
    for (const at of places) {
      const bytes = Buffer.from(whole)
      bytes[at]! ^= 1
      writeFileSync(path, bytes)
      await assert.rejects(loadArtifact(path), damaged, `byte ${at}`)
    }
  })

  it('is refused where something was added to it, or its digest was taken out', async () => {
    const digest = /"sha256":"[\da-f]{64}",/.exec(whole.toString('latin1', 0, 200))![0]
    const without = whole.toString('latin1').replace(digest, ' '.repeat(digest.length))
    for (const bytes of [Buffer.concat([whole, Buffer.alloc(8)]), Buffer.from(without, 'latin1')]) {
      writeFileSync(path, bytes)
      await assert.rejects(loadArtifact(path), damaged)
    }
  })

  it('is not one that an older version of this program wrote, without a digest', async () => {
    const digest = /"sha256":"[\da-f]{64}",/.exec(whole.toString('latin1', 0, 200))![0]
    const end = 8 + Number(whole.readBigUInt64LE())
    const header = `${whole.toString('utf8', 8, end).replace(digest, '')}${' '.repeat(digest.length)}`
    writeFileSync(path, Buffer.concat([whole.subarray(0, 8), Buffer.from(header), whole.subarray(end)]))
    assert.deepEqual(await loadArtifact(path), state)
  })
})
