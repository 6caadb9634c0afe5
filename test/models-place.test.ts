import assert from 'node:assert/strict'
import { readdir, rm, writeFile } from 'node:fs/promises'
import { after, before, describe, it } from 'node:test'
import { DeleteCampaignCommand, DeleteSolutionCommand, DescribeCampaignCommand } from '@aws-sdk/client-personalize'
import { GetRecommendationsCommand } from '@aws-sdk/client-personalize-runtime'
import { temporaryDirectory } from '#test/directory.ts'
import { createMarket, deploy, train } from '#test/market.ts'
import { clientsOf, startTestServer, type TestServer } from '#test/server.ts'
import { copyStore, storeUrl } from '#test/store.ts'
import { readConfiguration } from '../src/config/read-configuration.ts'
import { startWorker } from '../src/server.ts'
import { start } from './crash/server-process.ts'

/** Servers on several stores with the same place of models, by mistake or after a restore. */
describe('the place of models', () => {
  let models: string
  let dataDir: string
  let group: string
  let campaignArn: string
  const dirs: string[] = []
  const directory = async () => dirs[dirs.push(await temporaryDirectory()) - 1]!
  const trained = async () =>
    (await readdir(models, { recursive: true })).filter(path => path.endsWith('.safetensors')).sort()
  const recommended = ({ runtime }: Pick<TestServer, 'runtime'>) =>
    runtime.send(new GetRecommendationsCommand({ campaignArn, userId: 'Member-1' }))

  before(async () => {
    models = await directory()
    dataDir = await directory()
    await using server = await startTestServer({ dataDir, models })
    group = (await createMarket(server)).datasetGroupArn
    campaignArn = await deploy(server, group, 'aws-popularity-count')
  })
  after(async () => {
    for (const dir of dirs) await rm(dir, { recursive: true, force: true })
  })

  it('is refused by a server, and by a worker, on another store, and nothing in it is deleted', async () => {
    const before = await trained()
    assert.equal(before.length, 1)
    const other = await directory()
    const refused = { message: /^\/.*: the models there belong to another store: .* name another place with --models/ }
    for (let attempt = 0; attempt < 2; attempt++)
      await assert.rejects(startTestServer({ dataDir: other, models }), refused)
    const store = await storeUrl(other)
    if (store) {
      const config = readConfiguration({ dataDir: other, store, models, logLevel: 'silent' }, undefined, {})
      await assert.rejects(startWorker(config), refused)
    }
    assert.deepEqual(await trained(), before)
    // The store itself may be used with another place.
    await using elsewhere = await startTestServer({ dataDir: other })
    assert.equal(elsewhere.dataDir, other)
  })

  it('keeps the models of a newer store when an older one is restored', async () => {
    const older = await copyStore(dataDir)
    dirs.push(older)
    {
      await using server = await startTestServer({ dataDir, models })
      campaignArn = await deploy(server, group, 'aws-popularity-count')
    }
    const all = await trained()
    assert.equal(all.length, 2)
    {
      await using restored = await startTestServer({ dataDir: older, models })
      assert.equal((await train(restored, group, 'aws-popularity-count')).status, 'ACTIVE')
    }
    const left = await trained()
    assert.ok(all.every(path => left.includes(path)))
    await using server = await startTestServer({ dataDir, models })
    assert.ok((await recommended(server)).itemList!.length > 0)
  })

  it('loses the deleted models, with a line of the log for each file, without the path of the place', async () => {
    const store = await storeUrl(dataDir)
    const server = await start(dataDir, ['--models', models, ...(store ? ['--store', store] : [])])
    const clients = clientsOf(server.url)
    try {
      const before = await trained()
      const arn = await deploy(clients, group, 'aws-popularity-count')
      const [model] = (await trained()).filter(path => !before.includes(path))
      const { campaign } = await clients.personalize.send(new DescribeCampaignCommand({ campaignArn: arn }))
      await clients.personalize.send(new DeleteCampaignCommand({ campaignArn: arn }))
      const solutionArn = campaign!.solutionVersionArn!.replace(/\/[^/]*$/, '')
      await clients.personalize.send(new DeleteSolutionCommand({ solutionArn }))
      assert.deepEqual(await trained(), before)
      assert.equal(await server.kill('SIGTERM'), 0)
      const lines = server.logged().filter(({ msg }) => msg === 'a model is deleted')
      assert.deepEqual(
        lines.map(({ model, reason }) => ({ model, reason })),
        [{ model, reason: 'deleted' }],
      )
    } finally {
      for (const client of Object.values(clients)) client.destroy()
      await server.kill()
    }
  })

  it('is named in the log if it cannot be written to, and not to callers', async () => {
    const file = `${await directory()}/file`
    await writeFile(file, '')
    const store = await storeUrl(dataDir)
    const server = await start(dataDir, ['--models', `${file}/models`, ...(store ? ['--store', store] : [])])
    const clients = clientsOf(server.url)
    try {
      const { failureReason } = await train(clients, group, 'aws-popularity-count')
      assert.equal(
        failureReason,
        'The model cannot be kept: the folder of models, or what it is in, is a file: name another folder with --models',
      )
      assert.equal(await server.kill('SIGTERM'), 0)
      const failed = server.logged().filter(({ msg }) => msg === 'job failed')
      assert.deepEqual(
        failed.map(({ hint }) => hint),
        [`${file}/models`],
      )
    } finally {
      for (const client of Object.values(clients)) client.destroy()
      await server.kill()
    }
  })

  it('tells callers the remedy for a missing model, and only the log its path', async () => {
    for (const path of await trained()) await rm(`${models}/${path}`)
    await using server = await startTestServer({ dataDir, models })
    await assert.rejects(recommended(server), (error: Error) => {
      assert.match(error.message, /is missing: .*create another solution version and deploy it, which trains anew$/)
      assert.ok(!error.message.includes(models))
      return true
    })
  })
})
