import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { CreateFilterCommand, DescribeCampaignCommand } from '@aws-sdk/client-personalize'
import { createMarket, deploy, type Market } from '#test/market.ts'
import { startTestServer, type TestServer } from '#test/server.ts'

const PERSONALITE = fileURLToPath(new URL('../bin/personalite', import.meta.url))

describe('personalite why', () => {
  let server: TestServer
  let market: Market
  let campaign: string
  before(async () => {
    server = await startTestServer()
    market = await createMarket(server)
    const campaignArn = await deploy(server, market.datasetGroupArn, 'aws-user-personalization-v2')
    campaign = (await server.personalize.send(new DescribeCampaignCommand({ campaignArn }))).campaign!.name!
  })
  after(() => server[Symbol.asyncDispose]())

  const why = async (...args: readonly string[]) => {
    const env = { ...process.env, AWS_ENDPOINT_URL: server.url }
    const child = spawn(process.execPath, [PERSONALITE, 'why', ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] })
    const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
    return { code: code as number, stdout, stderr }
  }

  it('shows the strongest reasons of each item, and its rank without them', async () => {
    const { code, stdout, stderr } = await why('Member-1', '--campaign', campaign, '--limit', '3')
    assert.deepEqual([code, stderr], [0, ''])
    const [head, ...lines] = stdout.trimEnd().split('\n')
    assert.match(head!, /^#\s+itemId\s+score\s+because\s+contribution\s+without it #$/)
    assert.equal(lines.filter(line => /^ *\d+ +drama-\d+ /.test(line)).length, 3, stdout)
    assert.match(stdout, /watch drama-\d+ /)
  })

  it('explains one item, with a filter, as JSON', async () => {
    const { datasetGroupArn } = market
    const filterExpression = 'INCLUDE ItemID WHERE Items.GENRES IN ($GENRE)'
    await server.personalize.send(new CreateFilterCommand({ name: 'genre', datasetGroupArn, filterExpression }))
    const filter = ['--filter', 'genre', '--filter-value', 'GENRE="comedy"']
    const { stdout } = await why('Guest-1', '--campaign', campaign, '--item', 'comedy-4', ...filter, '--json')
    const { items, recipe } = JSON.parse(stdout)
    assert.equal(recipe, 'aws-user-personalization-v2')
    assert.deepEqual(
      items.map(({ itemId }: { itemId: string }) => itemId),
      ['comedy-4'],
    )
  })

  it('says that a user has no events, and accepts a session as a user', async () => {
    const stranger = await why('nobody', '--campaign', campaign)
    assert.match(stranger.stdout, /popular: \d+|the same for all users/)
    assert.doesNotMatch(stranger.stdout, /no reason/)
    assert.match(stranger.stdout, /No event of "nobody" counts\./)
    assert.equal((await why('--session', 'visit', '--campaign', campaign)).code, 0)
  })

  it('reports a fault in one line', async () => {
    for (const [args, message] of [
      [['Member-1'], /^personalite: name either the campaign with --campaign or the recommender/],
      [['Member-1', '--campaign', 'nowhere'], new RegExp(`there is no campaign nowhere; there are: ${campaign}\\n$`)],
      [['Member-1', '--recommender', 'nowhere'], /the server has no recommender yet\n$/],
      [['Member-1', '--campaign', campaign, '--item', 'no-such'], /the model knows no item "no-such"\n$/],
      [['--campaign', campaign], /userId is missing/],
      [['Member-1', '--campaign', campaign, '--limit', '0'], /limit must be a whole number from 1 to 100/],
      [['Member-1', '--campaign', campaign, '--context', 'phone'], /It must be NAME=value/],
    ] as const) {
      const { code, stdout, stderr } = await why(...args)
      assert.deepEqual([code, stdout], [1, ''], args.join(' '))
      assert.match(stderr, message)
    }
  })
})
