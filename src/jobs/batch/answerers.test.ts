import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { type Answer, type AnsweringThread, openAnswerers } from './answerers.ts'

/** Answers each line with the line and a name, after some turns of the event loop. */
const slow =
  (name: string, turns: number): Answer =>
  async lines => {
    for (let turn = 0; turn < turns; turn++) await setImmediate()
    return { lines: lines.length, text: lines.map(line => `${line}${name} `).join(''), errors: [] }
  }

async function* parts(count: number) {
  for (let part = 0; part < count; part++) yield [`${2 * part}`, `${2 * part + 1}`]
}

const endless = () => Number.POSITIVE_INFINITY

const numbersIn = (text: string) => text.split(' ').filter(Boolean).map(Number.parseFloat)

describe('openAnswerers', () => {
  const thread = (over: Partial<AnsweringThread> = {}): AnsweringThread => {
    return { ready: Promise.resolve(), answer: slow('b', 3), close: async () => {}, ...over }
  }

  it('answers in order, however long each takes, in any number of threads', async () => {
    let started = 0
    const start = () => {
      started++
      return thread({ answer: slow('b', started === 1 ? 1 : 40) })
    }
    await using answerers = openAnswerers({ own: slow('a', 10), most: 2, startMs: 0, start })
    for (let file = 0; file < 2; file++) {
      const answers = await Array.fromAsync(answerers.answerAll(parts(200), endless))
      const text = answers.map(({ text }) => text).join('')
      assert.equal(
        answers.reduce((sum, { lines }) => sum + lines, 0),
        400,
      )
      assert.deepEqual(numbersIn(text), [...Array(400).keys()])
      assert.deepEqual(
        ['a', 'b'].filter(name => !text.includes(name)),
        [],
      )
    }
    assert.equal(started, 2)
  })

  it('starts no thread in its first time, nor more than it may', async () => {
    const start = () => assert.fail('a thread was started')
    await using few = openAnswerers({ own: slow('a', 1), most: 2, startMs: 1e9, start })
    assert.equal((await Array.fromAsync(few.answerAll(parts(8), endless))).length, 8)
    await using alone = openAnswerers({ own: slow('a', 1), most: 0, startMs: 0, start })
    assert.equal((await Array.fromAsync(alone.answerAll(parts(100), endless))).length, 100)
  })

  it('starts no thread where little is left', async () => {
    const start = () => assert.fail('a thread was started')
    await using answerers = openAnswerers({ own: slow('a', 1), most: 2, startMs: 0.001, start })
    assert.equal((await Array.fromAsync(answerers.answerAll(parts(100), () => 0))).length, 100)
  })

  it('fails where a thread cannot answer or cannot start, and closes all', async () => {
    const gone = () => Promise.reject(new RangeError('gone'))
    for (const failing of [() => ({ answer: gone }), () => ({ ready: gone(), answer: gone })]) {
      let closed = 0
      const close = async () => void closed++
      const start = () => thread({ ...failing(), close })
      const answerers = openAnswerers({ own: slow('a', 1), most: 1, startMs: 0, start })
      await assert.rejects(Array.fromAsync(answerers.answerAll(parts(100), endless)), /^RangeError: gone$/)
      await answerers[Symbol.asyncDispose]()
      assert.equal(closed, 1)
    }
  })
})
