import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { eventually } from '#test/eventually.ts'
import { CHUNKS, failing, squares, sums } from '#test/team-jobs.ts'
import { share, sharedDoubles, sharedIntegers } from './share.ts'
import { runOnAllCores, threadCount, useThreads } from './team.ts'

/** Enough that helpers are told. */
const MUCH = 1e9
const usual = threadCount()
after(() => useThreads(usual))

describe('together', () => {
  it('returns the results by chunk, whoever had which', () => {
    useThreads(3)
    const who = sharedIntegers(CHUNKS)
    // The helpers begin to take part when they are there.
    for (let round = 0; round < 2000 && who.every(member => member === 0); round++) {
      const found = runOnAllCores(squares, { who }, [CHUNKS], MUCH)
      assert.deepEqual(
        found.map(({ square }) => square[0]),
        Array.from({ length: CHUNKS }, (_, chunk) => chunk ** 2),
      )
    }
    assert.ok(new Set(who).size > 1)
  })

  it('begins no phase before the one before has ended', () => {
    const ends = [1, 3].map(threads => {
      useThreads(threads)
      const numbers = sharedDoubles(2 * CHUNKS)
      for (let round = 0; round < 2; round++) runOnAllCores(sums, { numbers }, new Array<number>(4).fill(CHUNKS), MUCH)
      return [...numbers]
    })
    assert.deepEqual(ends[0], ends[1])
  })

  it('throws what a thread threw, and does the next job', () => {
    useThreads(2)
    for (let round = 0; round < 5; round++) assert.throws(() => runOnAllCores(failing, {}, [CHUNKS], MUCH), /no/)
    const found = runOnAllCores(squares, { who: sharedIntegers(CHUNKS) }, [CHUNKS], MUCH)
    assert.equal(found.length, CHUNKS)
  })

  it('ends with the thread that began it, helpers too', async () => {
    const counts = sharedIntegers(3)
    const thread = new Worker(new URL('./endless.worker.ts', import.meta.url), { workerData: counts })
    await eventually('every helper to count', () => counts.every(count => count > 0))
    await thread.terminate()
    const then = [...counts]
    await setTimeout(50)
    assert.deepEqual([...counts], then)
  })

  it('does nothing where there are no chunks', () => {
    assert.deepEqual(runOnAllCores(squares, { who: sharedIntegers(0) }, [0], MUCH), [])
  })
})

describe('share', () => {
  it('moves arrays into shared memory and leaves alone what is there', () => {
    const there = sharedIntegers(2)
    const shared = share({ a: Float32Array.of(1, 2), b: [{ c: Int32Array.of(3) }], d: 'text', there, nothing: null })
    assert.ok(shared.a.buffer instanceof SharedArrayBuffer)
    assert.ok(shared.b[0]!.c.buffer instanceof SharedArrayBuffer)
    assert.equal(shared.there, there)
    assert.deepEqual([...shared.a, ...shared.b[0]!.c, shared.d, shared.nothing], [1, 2, 3, 'text', null])
  })

  it('shares no more than what a view shows', () => {
    const view = new Int32Array([1, 2, 3, 4]).subarray(1, 3)
    assert.equal(share(view).buffer.byteLength, 8)
  })
})
