import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { startServerProcess } from './clients.ts'
import { skipWithoutMoto, startMoto } from './moto.ts'

const PROGRAM = fileURLToPath(new URL('notebooks.py', import.meta.url))

interface Saw {
  readonly metrics: Readonly<Record<string, number>>
  readonly before: readonly number[]
  readonly after: readonly number[]
  readonly trending: readonly number[]
  readonly lastStatus: string
  readonly left: readonly object[]
}

describe('a program like AWS’s notebooks', { skip: skipWithoutMoto() }, () => {
  it('trains, recommends, follows events and cleans up, with nothing set but endpoints', async () => {
    await using moto = await startMoto()
    const s3 = { AWS_ENDPOINT_URL_S3: moto.endpoint, AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' }
    await using server = await startServerProcess(s3)
    const others = { AWS_ENDPOINT_URL_IAM: moto.endpoint, AWS_ENDPOINT_URL_STS: moto.endpoint }
    const { code, stdout, stderr } = await server.run('python3', [PROGRAM], { ...s3, ...others })
    assert.equal(code, 0, stderr)
    const saw: Saw = JSON.parse(stdout)

    assert.ok(saw.metrics.coverage! > 0 && saw.metrics.normalized_discounted_cumulative_gain_at_25! > 0)
    const odd = (items: readonly number[]) => items.filter(item => item % 2 === 1).length
    assert.equal(saw.before.length, 25)
    assert.ok(odd(saw.before) >= 15, `${saw.before}`)
    assert.ok(odd(saw.after) < odd(saw.before), `${saw.before} then ${saw.after}`)
    assert.equal(saw.trending[0], 77)
    assert.equal(saw.lastStatus, 'DELETE PENDING')
    assert.deepEqual(saw.left, [])
  })
})
