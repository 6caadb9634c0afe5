import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { openAttempts } from './attempts.ts'

describe('attempts', () => {
  const opened = () => {
    const failures: unknown[] = []
    const attempts = openAttempts(error => failures.push(error))
    const started: { resolve(): void; reject(error: Error): void }[] = []
    const start = (key: number) =>
      attempts.start(key, () => {
        const { promise, resolve, reject } = Promise.withResolvers<void>()
        started.push({ resolve, reject })
        return promise
      })
    return { failures, started, start }
  }

  it('are made one at a time for each key', async () => {
    const { started, start } = opened()
    for (const key of [1, 1, 2, 1]) start(key)
    assert.equal(started.length, 2)
    started[0]!.resolve()
    await setImmediate()
    for (const key of [1, 2]) start(key)
    assert.equal(started.length, 3)
  })

  it('are not made again at once after one has failed, which is told', async () => {
    const { failures, started, start } = opened()
    start(1)
    const error = new Error('no file')
    started[0]!.reject(error)
    await setImmediate()
    assert.deepEqual(failures, [error])
    for (const key of [1, 2]) start(key)
    assert.equal(started.length, 2)
  })
})
