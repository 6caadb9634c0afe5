import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { BlendQuery } from '../../engine/blend/models/model.ts'
import { type ListMemory, type WrittenList, writeList } from '../../engine/blend/serving/list-memory.ts'
import { rememberScores } from './remembered-scores.ts'

describe('rememberScores', () => {
  const query: BlendQuery = {
    history: Int32Array.of(3, 1),
    weights: Float32Array.of(1, 0.5),
    properties: ['Member', null],
    context: ['phone'],
  }
  const again = (): BlendQuery => structuredClone(query)
  /** Writes the scores of three items, one of which is this. */
  const writing = (score: number) => (memory: ListMemory) =>
    writeList({ items: undefined, scores: Float64Array.of(score, 0, 0), logTotal: score }, memory)
  const forgotten = (): WrittenList => assert.fail('the scores were not remembered')

  it('returns the last scores for the same question of the same user', () => {
    const memory = rememberScores(3, 10)
    memory.ask('u1', query, writing(1))
    assert.deepEqual(memory.ask('u2', again(), writing(2)).scores, shared(2, 0, 0))
    const { items, scores, logTotal } = memory.ask('u1', again(), forgotten)
    assert.deepEqual([items, scores, logTotal], [undefined, shared(1, 0, 0), 1])
    assert.deepEqual(memory.counts, { asked: 3, remembered: 1 })
  })

  it('remembers the scores of some items with their numbers', () => {
    const memory = rememberScores(100, 10)
    const some = { items: Int32Array.of(7, 99), scores: Float64Array.of(0.5, 0.25), logTotal: 1 }
    memory.ask('u1', query, of => writeList(some, of))
    const { items, scores } = memory.ask('u1', again(), forgotten)
    assert.deepEqual(
      [[...items!], [...scores]],
      [
        [7, 99],
        [0.5, 0.25],
      ],
    )
  })

  it('asks anew after any event, weight, property or context that changed', () => {
    const changes: BlendQuery[] = [
      { ...again(), history: Int32Array.of(3, 1, 2) },
      { ...again(), history: Int32Array.of(1, 3) },
      { ...again(), weights: Float32Array.of(1, 1) },
      { ...again(), weights: undefined },
      { ...again(), properties: ['Guest', null] },
      { ...again(), properties: [null, 'Member'] },
      { ...again(), properties: undefined },
      { ...again(), context: ['tablet'] },
      { ...again(), context: undefined },
    ]
    for (const change of changes) {
      const memory = rememberScores(3, 10)
      memory.ask('u1', query, writing(1))
      assert.deepEqual(memory.ask('u1', change, writing(2)).scores, shared(2, 0, 0))
    }
  })

  it('forgets the user who asked the longest ago when there are too many', () => {
    const memory = rememberScores(3, 2)
    memory.ask('u1', query, writing(1))
    memory.ask('u2', query, writing(2))
    memory.ask('u1', again(), forgotten)
    memory.ask('u3', query, writing(3))
    assert.deepEqual(memory.ask('u1', again(), forgotten).scores, shared(1, 0, 0))
    assert.deepEqual(memory.ask('u2', again(), writing(4)).scores, shared(4, 0, 0))
  })

  it('writes new scores where those of a forgotten user were', () => {
    const memory = rememberScores(3, 2)
    const buffers = ['u1', 'u2', 'u3', 'u4', 'u5'].map(id => memory.ask(id, query, writing(1)).scores.buffer)
    assert.equal(buffers[3], buffers[0])
    assert.equal(new Set(buffers).size, 3)
  })

  it('keeps the scores of questions apart that wait for their answers together', async () => {
    const memory = rememberScores(3, 1)
    const gates = Array.from({ length: 40 }, () => Promise.withResolvers<void>())
    const found = gates.map(({ promise }, at) =>
      memory.askSoon(
        `u${at}`,
        query,
        async of => {
          const written = writing(at)(of)
          await promise
          return written
        },
        ({ scores }) => scores[0],
      ),
    )
    for (const { resolve } of gates.toReversed()) resolve()
    assert.deepEqual(
      await Promise.all(found),
      gates.map((_, at) => at),
    )
  })

  it('writes into the memory of a question that was refused', async () => {
    const memory = rememberScores(3, 10)
    const refused: ListMemory[] = []
    const refuse = (of: ListMemory) => {
      refused.push(of)
      throw new Error('too many requests')
    }
    for (const id of ['u1', 'u2'])
      await assert.rejects(
        memory.askSoon(id, query, refuse, () => {}),
        /too many/,
      )
    assert.equal(refused[1], refused[0])
    assert.equal(memory.ask('u1', query, writing(1)).scores.buffer, refused[0]!.scores.buffer)
  })

  it('uses remembered scores before another question can overwrite them', async () => {
    const memory = rememberScores(3, 1)
    await memory.askSoon('u1', query, writing(1), () => {})
    const found = memory.askSoon('u1', again(), forgotten, ({ scores }) => scores[0])
    const others = ['u2', 'u3', 'u4'].map(id => memory.askSoon(id, query, writing(5), ({ scores }) => scores[0]))
    assert.deepEqual(await Promise.all([found, ...others]), [1, 5, 5, 5])
  })
})

/** Scores in memory that threads share. */
function shared(...scores: readonly number[]): Float64Array {
  const array = new Float64Array(new SharedArrayBuffer(8 * scores.length))
  array.set(scores)
  return array
}
