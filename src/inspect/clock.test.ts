import assert from 'node:assert/strict'
import { after, afterEach, before, describe, it } from 'node:test'
import {
  CreateDatasetGroupCommand,
  CreateSolutionCommand,
  DescribeDatasetGroupCommand,
  ListSolutionVersionsCommand,
} from '@aws-sdk/client-personalize'
import { PutItemsCommand } from '@aws-sdk/client-personalize-events'
import { GetRecommendationsCommand } from '@aws-sdk/client-personalize-runtime'
import { createMarket, deploy, type Market } from '#test/market.ts'
import { startTestServer, type TestServer } from '#test/server.ts'
import { openInspection } from '../cli/client.ts'
import { LOCAL_KEY } from '../config/config.ts'

describe('/inspect/clock', () => {
  let server: TestServer
  let market: Market
  before(async () => {
    server = await startTestServer()
    market = await createMarket(server)
  })
  after(() => server[Symbol.asyncDispose]())
  afterEach(() => send('DELETE'))

  const send = (method: string, body?: object) =>
    openInspection(server.url, LOCAL_KEY)<{ time: string; stopped: boolean }>(method, '/inspect/clock', { body })

  it('shows the time of the machine, until it is stopped', async () => {
    assert.equal((await send('GET')).stopped, false)
    const stopped = { time: '2026-01-01T00:00:00.000Z', stopped: true }
    assert.deepEqual(await send('POST', { time: '2026-01-01T00:00:00Z' }), stopped)
    assert.deepEqual(await send('GET'), stopped)
    const later = { time: '2026-01-02T00:00:00.500Z', stopped: true }
    assert.deepEqual(await send('POST', { advanceSeconds: 86_400.5 }), later)
    assert.equal((await send('DELETE')).stopped, false)
  })

  for (const [body, message] of [
    [{ time: '2026-02-30T00:00:00' }, /^Error: time must be a time such as 2026-01-01T00:00:00Z, got 2026-02-30/],
    [{ time: 1_767_225_600 }, /^Error: time must be a text that is not blank, got 1767225600$/],
    [{ advanceSeconds: -1 }, /^Error: advanceSeconds must be a number from 0 to 2147483648, got -1$/],
    [{}, /^Error: The body must have either time, such as 2026-01-01T00:00:00Z, or advanceSeconds$/],
    [{ time: '2026-01-01', advanceSeconds: 1 }, /^Error: The body must have either time/],
    [{ now: '2026-01-01' }, /^Error: now is not a member; there are time, advanceSeconds$/],
  ] as const) {
    it(`refuses ${JSON.stringify(body)}`, async () => {
      await send('POST', { time: '2026-01-01' })
      await assert.rejects(send('POST', body), message)
      assert.equal((await send('GET')).time, '2026-01-01T00:00:00.000Z')
    })
  }

  it('is the time in replies, though clients sign with theirs', async () => {
    await send('POST', { time: '2031-03-04T05:06:07Z' })
    const { datasetGroupArn } = await server.personalize.send(new CreateDatasetGroupCommand({ name: 'later' }))
    const { datasetGroup } = await server.personalize.send(new DescribeDatasetGroupCommand({ datasetGroupArn }))
    assert.equal(datasetGroup?.creationDateTime?.toISOString(), '2031-03-04T05:06:07.000Z')
    assert.equal(datasetGroup?.lastUpdatedDateTime?.toISOString(), '2031-03-04T05:06:07.000Z')
  })

  it('begins the trainings that are due by it, before it answers', async () => {
    await send('POST', { time: '2031-01-01' })
    const { solutionArn } = await server.personalize.send(
      new CreateSolutionCommand({
        name: 'automatic',
        datasetGroupArn: market.datasetGroupArn,
        recipeArn: 'arn:aws:personalize:::recipe/aws-popularity-count',
      }),
    )
    const versions = async () => {
      const { solutionVersions } = await server.personalize.send(new ListSolutionVersionsCommand({ solutionArn }))
      return solutionVersions!.map(({ creationDateTime }) => creationDateTime?.toISOString())
    }
    await send('POST', { advanceSeconds: 59 })
    assert.deepEqual(await versions(), [])
    await send('POST', { advanceSeconds: 1 })
    assert.deepEqual(await versions(), ['2031-01-01T00:01:00.000Z'])
  })

  it('is the day of exploration', async () => {
    const items = Array.from({ length: 10 }, (_, i) => ({
      itemId: `new-${i}`,
      properties: JSON.stringify({ genres: i % 2 ? 'drama' : 'comedy' }),
    }))
    await server.events.send(new PutItemsCommand({ datasetArn: market.items, items }))
    const campaignArn = await deploy(server, market.datasetGroupArn, 'aws-user-personalization', {
      campaignConfig: { itemExplorationConfig: { explorationWeight: '0.4' } },
    })
    const shownOn = async (time: string) => {
      await send('POST', { time })
      const command = new GetRecommendationsCommand({ campaignArn, userId: 'Guest-5', numResults: 10 })
      return JSON.stringify((await server.runtime.send(command)).itemList)
    }
    const days = ['2027-12-31', '2028-01-01', '2028-02-29', '2028-03-01']
    const lists = []
    for (const day of days) lists.push(await shownOn(`${day}T00:00:00Z`))
    assert.ok(new Set(lists).size > 1)
    assert.equal(await shownOn('2027-12-31T23:59:59Z'), lists[0])
  })
})
