import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { eventually } from '#test/eventually.ts'
import { share } from '../team/share.ts'
import { type Answerer, openPool, type Pool, type PoolOptions } from './pool.ts'
import { type Question, type Square, squares, stillborn } from './squares.worker.ts'

const HERE = -1
const numbers = share(Float64Array.from({ length: 100 }, (_, at) => at))

describe('a pool of threads', () => {
  it('answers each question with its own answer, on all threads', () =>
    withPool({ threads: 3 }, async (pool, { ask, isThere }) => {
      await isThere()
      const asked = Array.from({ length: 600 }, (_, n) => n % 100)
      const used = new Set<number>()
      await eventually('an answer of each thread', async () => {
        const answers = await Promise.all(asked.map(at => ask({ at, ms: 0.2 })))
        assert.deepEqual(
          answers.map(({ square }) => square[0]),
          asked.map(at => at ** 2),
        )
        for (const { thread } of answers) used.add(thread)
        return used.size === 3
      })
      assert.equal(pool.state.threads, 3)
      assert.deepEqual({ ...pool.state, threads: 0 }, { threads: 0, busy: 0, waiting: 0, waitedMs: 0 })
    }))

  it('answers in the thread that asks, until another is there', () =>
    withPool({ threads: 1 }, async (_pool, { ask, isThere }) => {
      assert.equal((await ask({ at: 3 })).thread, HERE)
      await isThere()
      assert.notEqual((await ask({ at: 3 })).thread, HERE)
    }))

  it('starts no thread for questions that are not worth it', () =>
    withPool({ threads: 2, worthMs: 1e6 }, async (pool, { ask }) => {
      for (let n = 0; n < 100; n++) assert.equal((await ask({ at: 1 })).thread, HERE)
      assert.equal(pool.state.threads, 0)
    }))

  it('reads the shared numbers as they are, not a copy', () =>
    withPool({ threads: 1 }, async (_pool, { ask, isThere }) => {
      await isThere()
      numbers[99] = 12
      assert.equal((await ask({ at: 99 })).square[0], 144)
      numbers[99] = 99
    }))

  it('throws what the job throws, and goes on', () =>
    withPool({ threads: 1 }, async (_pool, { ask, isThere }) => {
      await isThere()
      await assert.rejects(ask('throw'), { name: 'RangeError', message: 'asked to throw' })
      assert.equal((await ask({ at: 2 })).square[0], 4)
    }))

  it('fails the questions of a thread that ends, and replaces it', async () => {
    const ends: unknown[] = []
    await withPool({ threads: 1, failed: error => ends.push(error) }, async (pool, { ask, isThere }) => {
      await isThere()
      const lost = await Promise.allSettled([ask('end'), ask({ at: 1 }), ask({ at: 2 })])
      assert.deepEqual(
        lost.map(({ status }) => status),
        ['rejected', 'rejected', 'rejected'],
      )
      assert.equal(ends.length, 1)
      assert.deepEqual(pool.state, { threads: 0, busy: 0, waiting: 0, waitedMs: 0 })
      assert.equal((await ask({ at: 4 })).square[0], 16)
      await isThere()
      assert.equal((await ask({ at: 5 })).square[0], 25)
    })
  })

  it('leaves the questions of the other threads alone when one ends', () =>
    withPool({ threads: 2 }, async (pool, { ask, isThere }) => {
      await isThere()
      const isBoth = async () => {
        const answers = await Promise.all([0, 1, 2, 3].map(at => ask({ at, ms: 2 })))
        return new Set(answers.map(({ thread }) => thread)).size === 2
      }
      await eventually('both threads to answer', isBoth)
      const asked = Array.from({ length: 200 }, (_, at) => ask(at === 50 ? 'end' : { at: at % 100, ms: 1 }))
      const found = await Promise.allSettled(asked)
      const failed = found.filter(({ status }) => status === 'rejected')
      // The thread had two questions.
      assert.ok(failed.length >= 1 && failed.length <= 2, `${failed.length} failed`)
      for (const [at, one] of found.entries())
        if (one.status === 'fulfilled') assert.equal(one.value.square[0], (at % 100) ** 2)
      assert.equal(pool.state.waiting, 0)
    }))

  it('answers in the thread that asks where no other can be opened', async () => {
    const ends: unknown[] = []
    const pool = openPool({ threads: 1, worthMs: 0, failed: error => ends.push(error) })
    const answerer = pool.open(stillborn, null)
    for (let n = 0; n < 50 || ends.length === 0; n++) {
      assert.equal((await answerer.answer({ at: 0 }, () => here({ at: 7 }))).square[0], 49)
      await setTimeout(1)
    }
    assert.match(String(ends[0]), /cannot be opened/)
    await pool.close()
  })

  it('asks whether there are too many before a question waits', () => {
    let isFull = false
    const admit = () => {
      if (isFull) throw new Error('too many')
    }
    return withPool({ threads: 1, admit }, async (pool, { ask, isThere }) => {
      await isThere()
      const first = [ask({ at: 1, ms: 5 }), ask({ at: 2, ms: 5 }), ask({ at: 3 })]
      assert.equal(pool.state.waiting, 1)
      isFull = true
      await assert.rejects(ask({ at: 4 }), /too many/)
      assert.deepEqual(
        (await Promise.all(first)).map(({ square }) => square[0]),
        [1, 4, 9],
      )
    })
  })

  it('forgets the shared data once nobody can ask about them any more', async () => {
    const pool = openPool({ threads: 1, worthMs: 0 })
    const open = async () => {
      const shared = { numbers: share(Float64Array.of(2)) }
      const { isThere } = askerOf(pool.open(squares, shared))
      await isThere()
      return new WeakRef(shared)
    }
    const shared = await open()
    setFlagsFromString('--expose-gc')
    const collectGarbage = runInNewContext('gc') as () => void
    // In another turn than the look at it, which keeps it until the end of the turn.
    await eventually('the memory to be garbage', async () => {
      collectGarbage()
      await setTimeout(5)
      return !shared.deref()
    })
    await pool.close()
  })

  it('fails the questions that are open when it is closed', async () => {
    const pool = openPool({ threads: 1, worthMs: 0 })
    const { ask, isThere } = askerOf(pool.open(squares, { numbers }))
    await isThere()
    const asked = [ask({ at: 1, ms: 50 }), ask({ at: 2 }), ask({ at: 3 })].map(one => assert.rejects(one))
    await pool.close()
    await Promise.all(asked)
    assert.equal((await ask({ at: 6 })).thread, HERE)
  })
})

async function withPool(
  options: PoolOptions,
  test: (pool: Pool, asker: ReturnType<typeof askerOf>) => Promise<void>,
): Promise<void> {
  const pool = openPool({ worthMs: 0, ...options })
  try {
    await test(pool, askerOf(pool.open(squares, { numbers })))
  } finally {
    await pool.close()
  }
}

function askerOf(answerer: Answerer<Question, Square>) {
  const ask = async (question: Question) => answerer.answer(question, here)
  const isThere = async () => {
    await eventually('a thread to answer', async () => (await ask({ at: 0 })).thread !== HERE)
  }
  return { ask, isThere }
}

function here(question: Question): Square {
  if (typeof question === 'string') throw new Error('only a thread can do this')
  return { square: Float64Array.of(numbers[question.at]! ** 2), thread: HERE }
}
