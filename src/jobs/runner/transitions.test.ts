import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Happening, type JobState, transitions } from './transitions.ts'

/** The states that a job goes through, from its claim on. */
function path(...happenings: readonly Happening[]): readonly JobState[] {
  const states: JobState[] = ['claimed']
  for (const happening of happenings) states.push(transitions[states.at(-1)!][happening] ?? states.at(-1)!)
  return states.slice(1)
}

const states = Object.keys(transitions) as JobState[]
const leadingFrom = (state: JobState) => Object.values(transitions[state])
const over = states.filter(state => leadingFrom(state).length === 0)

describe('a job in the hands of a worker', () => {
  it('runs in a thread, and is released when its last status is written', () => {
    assert.deepEqual(path('found open', 'thread ended', 'settled'), ['running', 'settling', 'released'])
  })

  it('is released where another worker has ended it before the claim', () => {
    assert.deepEqual(path('found over'), ['released'])
  })

  it('is begun again where it crashed in a thread that had done another job', () => {
    assert.deepEqual(path('found open', 'crashed in a used thread', 'thread ended'), ['running', 'running', 'settling'])
  })

  it('is settled when its thread has ended where it is to be stopped, crash or not', () => {
    assert.deepEqual(path('found open', 'stop asked for', 'thread ended'), ['running', 'stopping', 'settling'])
    assert.deepEqual(path('found open', 'stop asked for', 'crashed in a used thread').at(-1), 'settling')
  })

  it('is settled without a thread where whoever did it died before it was stopped', () => {
    assert.deepEqual(path('found to be stopped', 'settled'), ['settling', 'released'])
  })

  it('has no status written by a worker that lost its claim, whenever that finds out', () => {
    const lost: readonly JobState[] = ['lost', 'released']
    assert.deepEqual(path('found open', 'claim lost', 'thread ended').slice(-2), lost)
    assert.deepEqual(path('found open', 'stop asked for', 'claim lost', 'thread ended').slice(-2), lost)
    assert.deepEqual(path('found open', 'thread ended', 'claim lost', 'thread ended').slice(-2), lost)
  })

  it('goes back into the queue where its last status cannot be written', () => {
    assert.deepEqual(path('found open', 'thread ended', 'store failed').at(-1), 'queued')
  })

  it('is left to other workers where this one stops, and its thread then ends nothing', () => {
    const stops: readonly Happening[] = ['worker stops', 'thread ended', 'crashed in a used thread', 'stop asked for']
    const left = stops.map(() => 'left')
    assert.deepEqual(path('found open', ...stops).slice(1), left)
    assert.deepEqual(path('found open', 'stop asked for', ...stops).slice(2), left)
    assert.deepEqual(path('found open', 'claim lost', ...stops).slice(2), left)
  })

  it('is not left while its last status is being written', () => {
    assert.deepEqual(path('found open', 'thread ended', 'worker stops', 'settled').slice(-2), ['settling', 'released'])
  })

  it('is not stopped, so that no other job of its thread is, once the thread has ended', () => {
    assert.equal(path('found open', 'thread ended', 'stop asked for').at(-1), 'settling')
  })
})

describe('the states of a job', () => {
  it('end where a worker has no more to do with it', () => {
    assert.deepEqual(over.sort(), ['left', 'queued', 'released'])
  })

  it('are all reached from its claim, and all lead to an end', () => {
    const reached = new Set<JobState>(['claimed'])
    for (const state of reached) for (const next of leadingFrom(state)) reached.add(next)
    assert.deepEqual([...reached].sort(), states.toSorted())
    const ending = new Set<JobState>(over)
    for (let size = 0; size < ending.size; ) {
      size = ending.size
      for (const state of states) if (leadingFrom(state).some(next => ending.has(next))) ending.add(state)
    }
    assert.deepEqual([...ending].sort(), states.toSorted())
  })
})
