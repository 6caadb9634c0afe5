import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { askTogether } from './together.ts'

describe('askTogether', () => {
  const asker = () => {
    const asked: (readonly number[])[] = []
    const ask = askTogether<number, number>(4, async questions => {
      asked.push(questions)
      if (questions.includes(0)) throw new RangeError('asked for 0')
      return questions.map(question => question ** 2)
    })
    return { ask, asked }
  }

  it('asks those of one turn together, as many as it may, and returns to each its own answer', async () => {
    const { ask, asked } = asker()
    const answers = Promise.all([1, 2, 3, 4, 5, 6].map(ask))
    assert.deepEqual(asked, [[1, 2, 3, 4]])
    assert.deepEqual(await answers, [1, 4, 9, 16, 25, 36])
    assert.deepEqual(asked, [
      [1, 2, 3, 4],
      [5, 6],
    ])
    await setImmediate()
    assert.equal(await ask(7), 49)
    assert.deepEqual(asked.at(-1), [7])
  })

  it('fails those that were asked together, and no others', async () => {
    const { ask } = asker()
    const found = await Promise.allSettled([0, 1, 2, 3, 4].map(ask))
    assert.deepEqual(
      found.map(({ status }) => status),
      ['rejected', 'rejected', 'rejected', 'rejected', 'fulfilled'],
    )
  })
})
