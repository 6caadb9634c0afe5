import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Worker } from 'node:worker_threads'
import { memoryForModel, memoryOf } from './memory.ts'

describe('memoryForModel', () => {
  it('is as large as asked for, and kernels reach it', () => {
    for (const bytes of [0, 8, 65_536, 100_000]) {
      const buffer = memoryForModel(bytes)
      assert.ok(buffer.byteLength >= bytes)
      assert.equal(memoryOf(buffer)!.buffer, buffer)
    }
  })

  it('is plain memory where it is larger than kernels reach', () => {
    const bytes = 2 ** 32 + 8
    const buffer = memoryForModel(bytes)
    assert.equal(buffer.byteLength, bytes)
    assert.equal(memoryOf(buffer), undefined)
  })

  it('is known by its buffer in another thread, which gets both in one message', async () => {
    const buffer = memoryForModel(8)
    const code = `
      const { parentPort, workerData } = require('node:worker_threads')
      parentPort.postMessage(workerData.memory.buffer === workerData.array.buffer)`
    const worker = new Worker(code, {
      eval: true,
      workerData: { array: new Int16Array(buffer, 2, 3), memory: memoryOf(buffer) },
    })
    const { promise, resolve } = Promise.withResolvers()
    worker.once('message', resolve)
    assert.equal(await promise, true)
    await worker.terminate()
  })
})
