import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ApiError } from '../client.ts'
import { retrying } from './retry.ts'

describe('calls that are tried again', () => {
  /** A caller that fails with these errors before it succeeds, and the waits in between. */
  const failing = (...errors: readonly Error[]) => {
    const waits: number[] = []
    const left = [...errors]
    const call = retrying(
      async name => {
        const error = left.shift()
        if (error) throw error
        return { name }
      },
      async ms => waits.push(ms),
    )
    return { call, waits }
  }
  const busy = new ApiError('ThrottlingException', 'slow down')

  it('are those of a busy server, with longer and longer waits', async () => {
    const { call, waits } = failing(busy, new ApiError('ServiceUnavailable', 'later'))
    assert.deepEqual(await call('CreateSchema', {}), { name: 'CreateSchema' })
    assert.deepEqual(waits, [500, 1000])
  })

  it('are those beyond the jobs at a time, for as long as they run', async () => {
    const full = new ApiError('LimitExceededException', 'More than 5 resources with PENDING or IN_PROGRESS status.')
    const { call, waits } = failing(...Array.from({ length: 20 }, () => full))
    await call('CreateDatasetImportJob', {})
    assert.equal(waits.length, 20)
  })

  it('are no others, and end', async () => {
    const limit = new ApiError('LimitExceededException', 'More than 5 resources in ACTIVE state')
    await assert.rejects(failing(limit).call('CreateDatasetGroup', {}), limit)
    await assert.rejects(failing(new Error('no server answers')).call('CreateSchema', {}), /no server answers/)
    await assert.rejects(failing(...Array.from({ length: 8 }, () => busy)).call('CreateSchema', {}), busy)
  })
})
