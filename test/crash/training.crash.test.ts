import assert from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import { rm, utimes, writeFile } from 'node:fs/promises'
import { after, before, describe, it } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import {
  CreateCampaignCommand,
  CreateDatasetCommand,
  CreateDatasetGroupCommand,
  CreateRecommenderCommand,
  CreateSchemaCommand,
  CreateSolutionCommand,
  CreateSolutionVersionCommand,
  DescribeRecommenderCommand,
  DescribeSolutionVersionCommand,
  StopSolutionVersionCreationCommand,
} from '@aws-sdk/client-personalize'
import { GetRecommendationsCommand } from '@aws-sdk/client-personalize-runtime'
import { temporaryDirectory } from '#test/directory.ts'
import { eventually } from '#test/eventually.ts'
import { assertActive, finished, importFrom, putFile } from '#test/jobs.ts'
import { clientsOf, type TestServer } from '#test/server.ts'
import { createRandom } from '../../src/engine/math/random.ts'
import { type ServerProcess, start } from './server-process.ts'

const ROUNDS = Number(process.env.PERSONALITE_CRASH_ROUNDS ?? 2)
const USERS = 1500
const ITEMS = 500
const EVENTS_EACH = 20

describe('a training that is cut off', () => {
  let dataDir: string
  let server: ServerProcess
  let clients: ReturnType<typeof clientsOf>
  let datasetGroupArn: string
  before(async () => {
    dataDir = await temporaryDirectory()
    await restart()
    datasetGroupArn = await fillVideoService({ ...clients, dataDir })
  })
  after(async () => {
    await server.kill()
    await rm(dataDir, { recursive: true })
  })

  const restart = async (args?: readonly string[]) => {
    server = await start(dataDir, args)
    clients = clientsOf(server.url)
  }

  let count = 0
  const createVersion = async (recipe: string, performHPO = false) => {
    const solution = { name: `solution-${++count}`, datasetGroupArn, performAutoTraining: false, performHPO }
    const recipeArn = `arn:aws:personalize:::recipe/${recipe}`
    const { solutionArn } = await clients.personalize.send(new CreateSolutionCommand({ ...solution, recipeArn }))
    const { solutionVersionArn } = await clients.personalize.send(new CreateSolutionVersionCommand({ solutionArn }))
    return solutionVersionArn!
  }
  const createRecommender = async () => {
    const recipeArn = 'arn:aws:personalize:::recipe/aws-vod-top-picks'
    const command = new CreateRecommenderCommand({ name: `top-${++count}`, datasetGroupArn, recipeArn })
    return (await clients.personalize.send(command)).recommenderArn!
  }
  const version = async (solutionVersionArn: string) =>
    (await clients.personalize.send(new DescribeSolutionVersionCommand({ solutionVersionArn }))).solutionVersion!
  const recommender = async (recommenderArn: string) =>
    (await clients.personalize.send(new DescribeRecommenderCommand({ recommenderArn }))).recommender!
  type Described = () => Promise<{ readonly status?: string | undefined }>
  /** Waits until its training has begun. */
  const begun = (describe: Described) =>
    eventually('the training to begin', async () => (await describe()).status !== 'CREATE PENDING')
  /** Creates a version whose training takes long enough to be looked at: the best of ten. Resolves when it runs. */
  const createLongVersion = async () => {
    const solutionVersionArn = await createVersion('aws-user-personalization-v2', true)
    await begun(() => version(solutionVersionArn))
    return solutionVersionArn
  }
  const stop = async (solutionVersionArn: string) => {
    await clients.personalize.send(new StopSolutionVersionCreationCommand({ solutionVersionArn }))
    assert.equal((await finished(() => version(solutionVersionArn))).status, 'CREATE STOPPED')
  }
  const deploy = async (solutionVersionArn: string) => {
    const command = new CreateCampaignCommand({ name: `campaign-${++count}`, solutionVersionArn })
    return (await clients.personalize.send(command)).campaignArn
  }
  const ask = async (target: { readonly campaignArn?: string | undefined; readonly recommenderArn?: string }) =>
    (await clients.runtime.send(new GetRecommendationsCommand({ ...target, userId: 'user-1' }))).itemList!.length
  const files = () =>
    readdirSync(`${dataDir}/models`, { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile() && !entry.name.startsWith('personalite-'))
      .map(({ name }) => name)

  const ids = () => readdirSync(`${dataDir}/models`).filter(name => /^\d+$/.test(name))

  it(`runs again at the next start if the server was killed, in ${ROUNDS} rounds`, async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const [solutionVersionArn, recommenderArn] = [
        await createVersion('aws-user-personalization-v2'),
        await createRecommender(),
      ]
      await begun(() => version(solutionVersionArn))
      await begun(() => recommender(recommenderArn))
      await setTimeout(Math.random() * 500)
      await server.kill()
      await restart()
      const { status, failureReason } = await finished(() => version(solutionVersionArn))
      assert.deepEqual({ status, failureReason }, { status: 'ACTIVE', failureReason: undefined })
      assert.equal((await finished(() => recommender(recommenderArn))).status, 'ACTIVE')
      assert.equal(await ask({ campaignArn: await deploy(solutionVersionArn) }), 25)
      assert.equal(await ask({ recommenderArn }), 25)
      assert.deepEqual(
        files().filter(name => !name.endsWith('.safetensors')),
        [],
      )
    }
  })

  it('leaves no partial model: it is not loaded, and it is deleted', async () => {
    const solutionVersionArn = await createVersion('aws-popularity-count')
    await finished(() => version(solutionVersionArn))
    const campaignArn = await deploy(solutionVersionArn)
    await server.kill()
    for (const id of ids()) {
      await writeFile(`${dataDir}/models/${id}/model.safetensors.part`, 'half a model')
      // Another server may still write to files younger than an hour.
      await utimes(`${dataDir}/models/${id}/model.safetensors.part`, 1, 1)
    }
    await restart()
    assert.equal(await ask({ campaignArn }), 25)
    for (const id of ids()) assert.ok(!existsSync(`${dataDir}/models/${id}/model.safetensors.part`))
  })

  it('does not delay SIGTERM, and waits for the next start', async () => {
    const solutionVersionArn = await createLongVersion()
    assert.equal(await server.kill('SIGTERM'), 0)
    await restart(['--workers', '0'])
    assert.match((await version(solutionVersionArn)).status!, /^CREATE (PENDING|IN_PROGRESS)$/)
    assert.equal(await server.kill('SIGTERM'), 0)
    await restart()
    await stop(solutionVersionArn)
  })

  it('is CREATE STOPPED on request, also after a restart', async () => {
    const solutionVersionArn = await createLongVersion()
    await stop(solutionVersionArn)
    await server.kill()
    await restart()
    assert.equal((await version(solutionVersionArn)).status, 'CREATE STOPPED')
    const next = await createVersion('aws-popularity-count')
    assert.equal((await finished(() => version(next))).status, 'ACTIVE')
  })
})

/** A dataset group with this many users, items and events, so that its training takes a second. */
async function fillVideoService({ personalize, dataDir }: Pick<TestServer, 'personalize' | 'dataDir'>) {
  const domain = 'VIDEO_ON_DEMAND'
  const { datasetGroupArn } = await personalize.send(new CreateDatasetGroupCommand({ name: 'video', domain }))
  for (const [datasetType, lines] of Object.entries(linesOf())) {
    const fields = lines[0]!.split(',').map(name => ({
      name,
      type: name.endsWith('TIMESTAMP') ? 'long' : 'string',
      ...(name === 'GENRES' && { categorical: true }),
    }))
    const namespace = 'com.amazonaws.personalize.schema'
    const schema = JSON.stringify({ type: 'record', name: datasetType, namespace, fields, version: '1.0' })
    const { schemaArn } = await personalize.send(new CreateSchemaCommand({ name: datasetType, schema, domain }))
    const dataset = { name: datasetType, datasetType, datasetGroupArn, schemaArn }
    const { datasetArn } = await personalize.send(new CreateDatasetCommand(dataset))
    const location = await putFile({ dataDir }, `${datasetType}.csv`, lines.join('\n'))
    assertActive(await importFrom({ personalize }, datasetArn!, location))
  }
  return datasetGroupArn!
}

function linesOf() {
  const random = createRandom(3)
  const Items = ['ITEM_ID,GENRES,CREATION_TIMESTAMP']
  for (let item = 0; item < ITEMS; item++) Items.push(`item-${item},drama,1000000`)
  const Interactions = ['USER_ID,ITEM_ID,EVENT_TYPE,TIMESTAMP']
  for (let user = 0; user < USERS; user++)
    for (let event = 0; event < EVENTS_EACH; event++)
      Interactions.push(`user-${user},item-${Math.floor(ITEMS * random() ** 2)},Watch,${1_000_000 + 100 * event}`)
  return { Items, Interactions }
}
