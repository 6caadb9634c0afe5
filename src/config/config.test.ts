import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { connectRaw, signedRequest } from '#test/raw-http.ts'
import { startTestServer } from '#test/server.ts'
import { type AccessKey, acceptedKeys } from './config.ts'

const LOCAL = { accessKeyId: 'local', secretAccessKey: 'local' }
const SHOP = { accessKeyId: 'shop', secretAccessKey: 'open sesame' }

describe('the key that everybody knows', () => {
  for (const [what, credentials] of [
    ['is built in', []],
    ['was configured', [{ ...LOCAL }]],
    ['has another id', [{ accessKeyId: 'shop', secretAccessKey: 'local' }]],
    ['is one of several', [SHOP, { ...LOCAL }]],
    ['comes with a session token', [{ ...LOCAL, sessionToken: 'token' }]],
  ] as const satisfies readonly [string, readonly AccessKey[]][]) {
    it(`is refused beyond loopback where it ${what}`, () => {
      assert.throws(
        () => acceptedKeys({ host: '0.0.0.0', credentials }),
        /^Error: refusing to listen on 0\.0\.0\.0 with/,
      )
      assert.ok(acceptedKeys({ host: '127.0.0.1', credentials }).length > 0)
    })
  }

  for (const [what, credentials] of [
    ['is built in', []],
    ['was configured', [{ ...LOCAL }]],
    ['is one of several', [SHOP, { ...LOCAL }]],
  ] as const) {
    it(`is for requests to loopback alone where it ${what}`, async () => {
      await using server = await startTestServer({ credentials })
      using connection = await connectRaw(server.url)
      const statusOf = async (headers = {}) => {
        const request = signedRequest(server.url, { method: 'GET', path: '/inspect/dataset-groups', headers })
        return (await connection.exchange(request))?.status
      }
      assert.equal(await statusOf(), 200)
      assert.equal(await statusOf({ host: 'evil.example' }), 403)
    })
  }

  it('is not a key of your own, which is accepted under any name of the machine', async () => {
    const credentials = [{ accessKeyId: 'local', secretAccessKey: 'open sesame' }]
    assert.deepEqual(acceptedKeys({ host: '0.0.0.0', credentials }), credentials)
  })
})
