import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { startTestServer } from '#test/server.ts'
import { openInspection } from '../cli/client.ts'
import { LOCAL_KEY } from '../config/config.ts'
import { describeSettings, type ShownSetting } from '../config/describe-settings.ts'
import { readOptions } from '../config/read-configuration.ts'

describe('/inspect/settings', () => {
  it('shows the version and the settings that are in effect', async () => {
    await using server = await startTestServer({ region: 'eu-west-1', quotas: 'aws' })
    const shown = await openInspection(server.url, LOCAL_KEY)<{
      version: string
      region: string
      settings: readonly ShownSetting[]
    }>('GET', '/inspect/settings')
    assert.match(shown.version, /^\d+\.\d+\.\d+/)
    assert.equal(shown.region, 'eu-west-1')
    assert.equal(shown.settings.find(({ name }) => name === 'quotas')!.value, 'aws')
  })

  it('shows no secret', () => {
    const password = 'a-password-of-the-database'
    const config = readOptions({
      store: `postgres://user:${password}@localhost/shop`,
      metricsToken: 'a-token-of-the-metrics',
      credentials: [{ accessKeyId: 'shop', secretAccessKey: 'a-secret-of-a-key' }],
    })
    const text = JSON.stringify(describeSettings(config))
    assert.ok(!text.includes(password))
    assert.ok(!text.includes('a-token-of-the-metrics'))
    assert.ok(!text.includes('a-secret-of-a-key'))
  })
})
