import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Asked } from '../../engine/blend/models/model.ts'
import { rememberAnswers } from './remembered-answers.ts'

describe('rememberAnswers', () => {
  const asked: Asked = {
    history: Int32Array.of(3, 1),
    weights: Float32Array.of(1, 0.5),
    properties: ['Member', null],
    context: ['phone'],
  }
  const again = (): Asked => structuredClone(asked)

  it('returns the last answer to the same question of the same user', () => {
    const memory = rememberAnswers(() => ({}), 10)
    const answer = memory.ask('u1', asked)
    assert.equal(memory.ask('u1', again()), answer)
    assert.notEqual(memory.ask('u2', again()), answer)
    assert.deepEqual(memory.counts, { asked: 3, remembered: 1 })
  })

  it('asks anew after any event, weight, property or context that changed', () => {
    const changes: Asked[] = [
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
      const memory = rememberAnswers(question => question, 10)
      memory.ask('u1', asked)
      assert.equal(memory.ask('u1', change), change)
    }
  })

  it('forgets the user who asked the longest ago when there are too many', () => {
    const memory = rememberAnswers(() => ({}), 2)
    const answers = ['u1', 'u2'].map(userId => memory.ask(userId, asked))
    assert.equal(memory.ask('u1', again()), answers[0])
    memory.ask('u3', asked)
    assert.equal(memory.ask('u1', again()), answers[0])
    assert.notEqual(memory.ask('u2', again()), answers[1])
  })
})
