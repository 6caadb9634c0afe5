import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import {
  CreateDatasetCommand,
  CreateDatasetGroupCommand,
  CreateRecommenderCommand,
  CreateSchemaCommand,
  DescribeRecommenderCommand,
  StopRecommenderCommand,
} from '@aws-sdk/client-personalize'
import { PutUsersCommand } from '@aws-sdk/client-personalize-events'
import { closeBrowser, look, noBrowser } from '#test/browser.ts'
import { inspect } from '#test/http.ts'
import { finished } from '#test/jobs.ts'
import { clientsOf, createDataset, startTestServer, type TestServer } from '#test/server.ts'
import { policyDocument } from '../../src/policy/prepared.ts'

/** Creates a recommender in a group of films without an event, and waits until it is trained. Returns its ARN. */
async function createRecommender({ personalize }: TestServer): Promise<string> {
  const domain = 'VIDEO_ON_DEMAND'
  const { datasetGroupArn } = await personalize.send(new CreateDatasetGroupCommand({ name: 'films', domain }))
  const fields = ['USER_ID', 'ITEM_ID', 'EVENT_TYPE'].map(name => ({ name, type: 'string' }))
  const schema = { type: 'record', name: 'Interactions', fields: [...fields, { name: 'TIMESTAMP', type: 'long' }] }
  const { schemaArn } = await personalize.send(
    new CreateSchemaCommand({ name: 'films', domain, schema: JSON.stringify(schema) }),
  )
  await personalize.send(
    new CreateDatasetCommand({ name: 'films', datasetGroupArn, datasetType: 'Interactions', schemaArn }),
  )
  const recipeArn = 'arn:aws:personalize:::recipe/aws-vod-most-popular'
  const recommender = { name: 'popular', datasetGroupArn, recipeArn }
  const { recommenderArn } = await personalize.send(new CreateRecommenderCommand(recommender))
  const command = new DescribeRecommenderCommand({ recommenderArn })
  await finished(async () => (await personalize.send(command)).recommender)
  return recommenderArn!
}

describe('the console', { skip: noBrowser }, () => {
  let server: TestServer
  before(async () => {
    server = await startTestServer()
    await createDataset(server, 'Users', { group: 'shop' })
  })
  after(async () => {
    await closeBrowser()
    await server[Symbol.asyncDispose]()
  })

  it('is there at once on this machine, at the address of the server, and shows the dataset groups', async () => {
    await using console = await look(server.url)
    await console.page.goto(server.url)
    await console.page.getByRole('rowheader', { name: 'shop' }).waitFor()
    await console.assertUsable()
  })

  it('says how to begin on each page of a server without a dataset group', async () => {
    await using empty = await startTestServer()
    await using console = await look(empty.url)
    for (const address of ['/home', '/data', '/insights', '/models', '/try', '/filters', '/live', '/metrics']) {
      await console.open(address)
      await console.page.getByText('There is no dataset group yet. Import data to begin.').waitFor()
    }
    await console.assertUsable()
    await console.page.getByRole('link', { name: 'Import data' }).click()
    await console.page.getByRole('heading', { name: 'Import', exact: true }).waitFor()
  })

  it('says so where there is no such page or dataset group, whatever the address, and goes on from there', async () => {
    await using console = await look(server.url)
    const { page } = console
    await console.open('/nowhere')
    await page.getByText('There is no such page').waitFor()
    for (const [address, group] of [
      ['/data/gone/users', 'gone'],
      ['/models/%', '%'],
      ['/try/%FF', '%FF'],
      ['/import/gone/job/x', 'gone'],
      ['/models/gone/solutions/x', 'gone'],
    ]) {
      await console.open(address!)
      await page.getByText(`There is no dataset group ${group}`, { exact: true }).waitFor()
    }
    await page.getByRole('link', { name: 'Home' }).click()
    await page.getByRole('rowheader', { name: 'shop' }).waitFor()
  })

  it('shows to a key of one dataset group this one on all pages, and no other', async () => {
    const key = { accessKeyId: 'shop-only', secretAccessKey: 'a secret', policy: policyDocument('one-group', 'shop') }
    const root = { accessKeyId: 'root', secretAccessKey: 'a secret' }
    await using limited = await startTestServer({ credentials: [key, root] })
    const clients = clientsOf(limited.url, root)
    const { datasetArn } = await createDataset(clients, 'Users', { group: 'shop' })
    await clients.events.send(new PutUsersCommand({ datasetArn, users: [{ userId: 'ann' }] }))
    await createDataset(clients, 'Users', { group: 'elsewhere' })
    await using console = await look(limited.url)
    const { page } = console
    await console.open('/data/shop')
    await page.getByLabel('Access key ID').fill(key.accessKeyId)
    await page.getByLabel('Secret access key').fill(key.secretAccessKey)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('link', { name: 'ann' }).waitFor()
    await console.open('/data/other')
    await page.getByText('There is no dataset group other', { exact: true }).waitFor()
    for (const [address, shown] of [
      ['/home', page.getByText('Nothing answers requests yet')],
      ['/live/shop', page.getByText('Events of shop')],
      ['/settings', page.getByRole('rowheader', { name: 'shop' })],
    ] as const) {
      await console.open(address)
      await shown.first().waitFor()
      assert.equal(await page.getByText(/not authorized/).count(), 0, address)
    }
    await console.open('/home')
    await page.getByRole('rowheader', { name: 'shop' }).waitFor()
    assert.equal(await page.getByRole('rowheader', { name: 'elsewhere' }).count(), 0)
  })

  it('shows when the model of a recommender was trained, which a stop does not change', async () => {
    await using films = await startTestServer({ minimums: 'off' })
    const recommenderArn = await createRecommender(films)
    await films.personalize.send(new StopRecommenderCommand({ recommenderArn }))
    const { trained } = await inspect<{ trained: string }>(films, '/inspect/model', { recommenderArn })
    await using console = await look(films.url)
    await console.open('/home')
    const row = console.page.getByRole('row', { name: /^popular .* INACTIVE/ })
    assert.equal(await row.getByRole('time').getAttribute('datetime'), trained)
    await row.getByRole('link', { name: 'popular' }).click()
    await console.page.getByRole('button', { name: 'Start' }).waitFor()
  })

  it('loads less than 400 kB at first', async () => {
    await using console = await look(server.url)
    const sizes = new Map<string, number>()
    console.page.on('response', response => {
      const { pathname } = new URL(response.url())
      if (pathname.startsWith('/console/')) sizes.set(pathname, Number(response.headers()['content-length']))
    })
    await console.open('/home')
    await console.page.getByRole('rowheader', { name: 'shop' }).waitFor()
    const bytes = [...sizes.values()].reduce((sum, size) => sum + size, 0)
    assert.ok(sizes.size > 3 && bytes > 0 && bytes < 400_000, `${bytes} bytes: ${[...sizes].join(' ')}`)
  })

  it('asks for an access key where the local one is not accepted, and forgets it on sign-out', async () => {
    const key = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'a secret of its own' }
    await using own = await startTestServer({ credentials: [key] })
    await using console = await look(own.url)
    const { page } = console
    await console.open('/home')
    await page.getByLabel('Access key ID').fill(key.accessKeyId)
    await page.getByLabel('Secret access key').fill('another')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByText('InvalidSignatureException').or(page.getByText('SignatureDoesNotMatch')).waitFor()
    await console.assertUsable()
    await page.getByLabel('Secret access key').fill(key.secretAccessKey)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('heading', { name: 'Home' }).waitFor()
    assert.equal(await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage })), '{}')
    await page.reload()
    await page.getByLabel('Access key ID').waitFor()
  })
})
