import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import {
  CreateDatasetGroupCommand,
  CreateSolutionCommand,
  DescribeCampaignCommand,
  DescribeSolutionCommand,
} from '@aws-sdk/client-personalize'
import { closeBrowser, type Looked, look, noBrowser } from '#test/browser.ts'
import { createMarket, type Market } from '#test/market.ts'
import { createDataset, startTestServer, type TestServer } from '#test/server.ts'

describe('the models of the console', { skip: noBrowser }, () => {
  let server: TestServer
  let market: Market
  before(async () => {
    server = await startTestServer()
    market = await createMarket(server)
  })
  after(async () => {
    await closeBrowser()
    await server[Symbol.asyncDispose]()
  })

  const besides = (resource: string) => market.datasetGroupArn.replace('dataset-group/market', resource)

  /** Adds settings that are not the defaults, and creates the solution. */
  async function createSolution({ page, open, assertUsable }: Looked) {
    await open('/models/market/recipes')
    await page.getByRole('link', { name: 'Create a solution of aws-user-personalization-v2' }).click()
    await page.getByLabel('Name', { exact: true }).fill('not a name')
    await page.getByRole('button', { name: 'Create', exact: true }).click()
    await page.getByText('A name has letters, digits, - and _').waitFor()
    await assertUsable()
    await page.getByLabel('Name', { exact: true }).fill('for-you')
    await page.getByLabel('Train by itself').click()
    await page.getByLabel('apply_recency_bias').click()
    await page.getByRole('option', { name: 'false' }).click()
    await page.getByRole('button', { name: 'Create', exact: true }).click()
  }

  it('creates a solution with settings, trains a version, shows its metrics, and lets a campaign answer with it', async () => {
    await using console = await look(server.url)
    const { page, assertUsable } = console
    await createSolution(console)
    await page.getByText('Nothing was trained yet').waitFor()
    const { solution } = await server.personalize.send(
      new DescribeSolutionCommand({ solutionArn: besides('solution/for-you') }),
    )
    assert.equal(solution!.performAutoTraining, false)
    assert.deepEqual(solution!.solutionConfig, { algorithmHyperParameters: { apply_recency_bias: 'false' } })

    await page.getByRole('button', { name: 'Train a version' }).click()
    await page.getByRole('button', { name: /^Create a campaign of/ }).click()
    await page.getByRole('row', { name: /^NDCG at 25 .* × popularity/ }).waitFor()
    await page.getByRole('heading', { name: 'Blend' }).waitFor()
    await page.getByRole('columnheader', { name: '8 events or more' }).waitFor()
    await page.getByRole('rowheader', { name: /^cold user/ }).waitFor()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Name').fill('home')
    await dialog.getByRole('button', { name: 'Create', exact: true }).click()
    await page.getByRole('rowheader', { name: 'home' }).waitFor()
    const campaignArn = besides('campaign/home')
    const { campaign } = await server.personalize.send(new DescribeCampaignCommand({ campaignArn }))
    assert.match(campaign!.solutionVersionArn!, /:solution\/for-you\/[0-9a-f]{8}$/)
    await assertUsable()

    await console.open('/home')
    await page.getByRole('link', { name: 'home', exact: true }).click()
    await page.getByRole('button', { name: 'Delete the campaign home' }).click()
    await page.getByText('Programs that ask the campaign home get errors').waitFor()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
    await page.getByText('Nothing answers requests yet').waitFor()
    await assert.rejects(server.personalize.send(new DescribeCampaignCommand({ campaignArn })), /does not exist/)
  })

  it('changes the schedule of a solution, and stops a training', async () => {
    await using idle = await startTestServer({ workers: 0 })
    const { datasetGroupArn } = await createDataset(idle, 'Interactions', { group: 'market' })
    const solutionArn = besides('solution/stopped')
    const recipeArn = 'arn:aws:personalize:::recipe/aws-user-personalization-v2'
    const solution = { name: 'stopped', datasetGroupArn, recipeArn, performAutoTraining: false }
    await idle.personalize.send(new CreateSolutionCommand(solution))
    await using console = await look(idle.url)
    const { page } = console
    await console.open('/models/market/solutions/stopped')
    await page.getByRole('button', { name: 'Change the schedule' }).click()
    await page.getByLabel('Train by itself').click()
    await page.getByLabel('Training interval (days)').fill('2')
    await page.getByRole('dialog').getByRole('button', { name: 'Change', exact: true }).click()
    await page.getByText('every 2 days').waitFor()
    const described = await idle.personalize.send(new DescribeSolutionCommand({ solutionArn }))
    assert.equal(described.solution!.solutionConfig!.autoTrainingConfig!.schedulingExpression, 'rate(2 days)')

    await page.getByRole('button', { name: 'Train a version' }).click()
    await page.getByRole('button', { name: /^Stop the training of/ }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Stop' }).click()
    await page.getByText('CREATE STOPPED').waitFor()
  })

  it('creates an event tracker and shows its tracking id', async () => {
    await using console = await look(server.url, { isDark: true })
    const { page } = console
    await console.open('/models/market/event-trackers')
    await page.getByRole('button', { name: 'Create an event tracker' }).first().click()
    await page.getByRole('button', { name: 'Copy the tracking id of the event tracker market-events' }).waitFor()
    await console.assertUsable()
  })

  it('offers the use cases of a domain and names missing datasets, on a narrow page too', async () => {
    await server.personalize.send(new CreateDatasetGroupCommand({ name: 'videos', domain: 'VIDEO_ON_DEMAND' }))
    await using console = await look(server.url, { width: 360, height: 740 })
    const { page } = console
    await console.open('/models/videos')
    await page.getByText('There is no recommender in this dataset group yet.').waitFor()
    await console.assertUsable()
    await page.getByRole('link', { name: 'Choose a use case' }).first().click()
    await page.getByText('INTERACTIONS missing').first().waitFor()
    await page.getByRole('link', { name: 'Create a recommender of aws-vod-top-picks' }).click()
    await page.getByLabel('explorationWeight').fill('2')
    await page.getByText('is not a number from 0 to 1; the default is 0.3').waitFor()
    await page.getByLabel('explorationWeight').fill('0.1')
    await page.getByLabel('Name', { exact: true }).fill('top')
    await page.getByRole('button', { name: 'Create and train' }).click()
    // The server's own words, since the group has no events yet.
    await page.getByText(/has no dataset of type INTERACTIONS: create it first/).waitFor()
    await console.assertUsable()
  })
})
