import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { GetRecommendationsCommand } from '@aws-sdk/client-personalize-runtime'
import { startWay, type Way } from '#test/faulty-proxy.ts'
import { assertActive, exportTo, importFrom, putFile, readFiles } from '#test/jobs.ts'
import { campaignOf, train } from '#test/market.ts'
import { ON_CITUS } from '#test/nodes.ts'
import { clientsOf } from '#test/server.ts'
import { type Cluster, patientClients, startCluster } from './cluster.ts'

const GROUP = 'arn:aws:personalize:us-east-1:000000000000:dataset-group/shop'
const INTERACTIONS = 'arn:aws:personalize:us-east-1:000000000000:dataset/shop/INTERACTIONS'

/** Each item has an event less than the one before: where some are not counted the order is another. */
const ITEMS = 100
const ITEM_IDS = Array.from({ length: ITEMS }, (_, n) => `i${n}`)
const LINES = ITEM_IDS.flatMap((id, n) =>
  Array.from({ length: ITEMS - n }, (_, event) => `u${event},${id},${1_600_000_000 + event}`),
)

describe('a job that reads all rows of Citus', { skip: !ON_CITUS && 'one node is all nodes' }, () => {
  let cluster: Cluster
  let way: Way
  let server: ReturnType<typeof patientClients>
  before(async () => {
    const waysBetween = async (urls: readonly string[]) => {
      way = await startWay(urls[2]!)
      return [urls[0]!, urls[1]!, way.url]
    }
    cluster = await startCluster({ waysBetween, waysTo: async ([url]) => [url!] })
    server = patientClients(cluster.servers[0]!.url)
    const location = await putFile(cluster, 'events.csv', ['USER_ID,ITEM_ID,TIMESTAMP', ...LINES, ''].join('\n'))
    assertActive((await importFrom(server, INTERACTIONS, location))!)
  })
  after(async () => {
    for (const client of Object.values(server ?? {})) client.destroy()
    await cluster?.[Symbol.asyncDispose]()
    await way?.[Symbol.asyncDispose]()
  })

  /** Kills a worker when it has been asked for rows, and has it back when servers have noticed. */
  const whileLost = async <Result>(job: () => Promise<Result>): Promise<Result> => {
    const isRead = way.holdAt(bytes => bytes.includes('FETCH '))
    const done = job()
    await isRead
    await cluster.nodes[2]!.kill()
    way.release()
    await setTimeout(2000)
    await cluster.nodes[2]!.start()
    return done
  }

  it('exports each row once, though a node was down in the middle', async () => {
    const job = await whileLost(() => exportTo(server, INTERACTIONS, 's3://b/out/', 'ALL', 'lost'))
    assertActive(job)
    const files = Object.values<string>(await readFiles(cluster, 'out/lost'))
    const lines = files.flatMap(text => text.trimEnd().split('\n').slice(1))
    assert.deepEqual(lines.sort(), [...LINES].sort())
  })

  it('trains on all rows, though a node was down in the middle', async () => {
    const version = await whileLost(() => train(server, GROUP, 'aws-popularity-count'))
    assertActive(version)
    const campaignArn = await campaignOf(server, version.solutionVersionArn!)
    const input = { campaignArn, userId: 'new', numResults: ITEMS }
    const { itemList } = await clientsOf(cluster.servers[0]!.url).runtime.send(new GetRecommendationsCommand(input))
    assert.deepEqual(
      itemList!.map(({ itemId }) => itemId),
      ITEM_IDS,
    )
  })
})
