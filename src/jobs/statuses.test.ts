import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isOpen, openStatuses, statusesOf } from './statuses.ts'

const job = (kind: string, status: string) => ({ kind, status })

describe('the statuses of jobs', () => {
  it('let a job be begun and ended while it waits and runs, not while it is being stopped', () => {
    for (const status of ['CREATE PENDING', 'CREATE IN_PROGRESS', 'PENDING', 'UPDATE PENDING', 'START IN_PROGRESS'])
      assert.ok(isOpen({ status }), status)
    for (const status of ['CREATE STOPPING', 'CREATE STOPPED', 'ACTIVE', 'INACTIVE', 'CREATE FAILED', 'COMPLETED'])
      assert.ok(!isOpen({ status }), status)
  })

  it('are those of what a recommender does', () => {
    assert.deepEqual(openStatuses(job('recommender', 'UPDATE PENDING')), ['UPDATE PENDING', 'UPDATE IN_PROGRESS'])
    assert.equal(statusesOf(job('recommender', 'START IN_PROGRESS')).failed, 'INACTIVE')
    assert.deepEqual(openStatuses(job('data-deletion-job', 'PENDING')), ['PENDING', 'IN_PROGRESS'])
  })

  it('leave open a batch job of an older version, which had other words', () => {
    const words = ['CREATE PENDING', 'CREATE IN_PROGRESS']
    assert.deepEqual(openStatuses(job('batch-inference-job', 'IN PROGRESS')), [...words, 'IN PROGRESS'])
    assert.deepEqual(openStatuses(job('batch-segment-job', 'ACTIVE')), words)
  })
})
