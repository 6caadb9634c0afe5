import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import {
  CreateCampaignCommand,
  CreateDatasetImportJobCommand,
  CreateFilterCommand,
  CreateSolutionCommand,
  CreateSolutionVersionCommand,
  DescribeDatasetImportJobCommand,
  DescribeSolutionVersionCommand,
  ListDatasetGroupsCommand,
} from '@aws-sdk/client-personalize'
import { PutEventsCommand, PutItemsCommand, PutUsersCommand } from '@aws-sdk/client-personalize-events'
import { GetRecommendationsCommand } from '@aws-sdk/client-personalize-runtime'
import { temporaryDirectory } from '#test/directory.ts'
import { eventually } from '#test/eventually.ts'
import { countOf, historyOf, propertiesOf } from '#test/http.ts'
import { assertActive, finished, putFile, putLongFile, ROLE } from '#test/jobs.ts'
import { createMarket, deploy, type Market } from '#test/market.ts'
import { type Postgres, startPostgres } from '#test/postgres.ts'
import { clientsOf, createTracker } from '#test/server.ts'
import { openInspection } from '../../src/cli/client.ts'
import type { AccessKey } from '../../src/config/config.ts'
import { openStore } from '../../src/store/open.ts'
import { check } from '../crash/check.ts'
import { putLoadThrough, type Target } from '../crash/load.ts'
import { type ServerProcess, start, startWorker } from '../crash/server-process.ts'
import { foundByServer, prepareServer, serverTarget } from '../crash/server-target.ts'
import { inTurn, Outcomes } from '../faults/cluster.ts'
import { isMissing, takeVersionBefore, type VersionBefore } from './version-before.ts'

/** Of a worker that is killed, the jobs are another's after this time. */
const LAPSE = { PERSONALITE_JOB_LAPSE_MS: '2000' }
const TURNS = 10

/** A server of either version, with the official clients. */
type Server = ServerProcess & ReturnType<typeof clientsOf>

describe('the version before and this one, on one PostgreSQL', { skip: isMissing(), timeout: 600_000 }, () => {
  const used = new AsyncDisposableStack()
  let program: VersionBefore
  let postgres: Postgres
  let database: string
  let dataDir: string
  let [older, newer]: Server[] = []
  /** Started before the tables change: the version before may not start on newer ones. It stands still when it is not needed. */
  let olderWorker: ServerProcess
  let market: Market
  let campaignArn: string
  let trackingId: string
  /** Those that get load. */
  const targets: Target[] = []
  const outcomes = new Outcomes()

  const keep = <Process extends ServerProcess>(process: Process) => {
    used.defer(async () => void (await process.kill()))
    return process
  }
  const keyFile = () => join(dataDir, 'shared.key')
  const args = () => ['--store', database, '--s3', 'folder', '--log-level', 'warn']
  const serve = async (main?: string): Promise<Server> => {
    const process = keep(await start(dataDir, [...args(), '--workers', '0', '--key-file', keyFile()], LAPSE, main))
    const clients = clientsOf(process.url)
    used.defer(() => {
      for (const client of Object.values(clients)) client.destroy()
    })
    return { ...process, ...clients }
  }
  const work = async (main?: string) => keep(await startWorker(dataDir, args(), LAPSE, main))

  before(async () => {
    program = used.use(takeVersionBefore())
    dataDir = await temporaryDirectory()
    used.defer(() => rm(dataDir, { recursive: true, maxRetries: 5 }))
    postgres = used.use(await startPostgres({ fsync: 'off' }))
    database = await postgres.createDatabase('upgrade')
    older = await serve(program.main)
    olderWorker = await work(program.main)
    const shop = { ...older, dataDir, async [Symbol.asyncDispose]() {} }
    market = await createMarket(shop)
    campaignArn = await deploy(shop, market.datasetGroupArn, 'aws-user-personalization-v2')
    trackingId = await createTracker(older, market.datasetGroupArn)
    await prepareServer(older.url)
    process.kill(olderWorker.pid, 'SIGSTOP')
    targets.push(await serverTarget(older.url, dataDir))
  })
  after(async () => {
    await used.disposeAsync()
  })

  let recommended = 0
  /** Puts load on the servers that are among the targets while something happens to them. */
  const underLoad = async (round: number, happens: (asking: (server: Server) => void) => Promise<void>) => {
    let isOver = false
    const asked: Promise<void>[] = []
    const ask = async (server: Server) => {
      const own = targets.at(-1)!
      for (let call = 0; !isOver && targets.includes(own); call++) {
        const itemList = await recommendedBy(server, `Member-${call % 60}`).catch(outcomes.fail)
        if (itemList?.length === 25) recommended++
      }
    }
    const load = putLoadThrough(inTurn(targets), round, () => isOver, outcomes)
    try {
      await happens(server => void asked.push(ask(server)))
    } finally {
      isOver = true
      await Promise.all([load, ...asked])
    }
  }
  /** Waits until some more calls have been acknowledged, and some more lists returned. */
  const serving = async () => {
    const [calls, lists] = [outcomes.acknowledged.size + 60, recommended + 6]
    await eventually('more calls and lists', () => outcomes.acknowledged.size >= calls && recommended >= lists)
  }
  const recommendedBy = async ({ runtime }: Server, userId: string, filterArn?: string, campaign = campaignArn) => {
    const asked = new GetRecommendationsCommand({ campaignArn: campaign, userId, filterArn })
    return (await runtime.send(asked)).itemList!.map(({ itemId }) => itemId!)
  }
  const bothWays = () =>
    [
      [older!, newer!],
      [newer!, older!],
    ] as const

  it('serve at the same time, from the moment at which the new one brings the tables up to date', async () => {
    await underLoad(1, async asking => {
      asking(older!)
      newer = await serve()
      targets.push(await serverTarget(newer.url, dataDir))
      asking(newer)
      await serving()
      for (const { url } of [older!, newer]) assert.equal((await fetch(`${url}/readyz`)).status, 200)
    })
    assert.deepEqual(outcomes.failures, [])
  })

  it('read at once what the other acknowledged', async () => {
    const datasetArn = market.users
    const filters: string[] = []
    for (const [one] of bothWays()) {
      const name = `only-${filters.length}`
      const filterExpression = `INCLUDE ItemID WHERE Items.GENRES IN ("${name}")`
      const { datasetGroupArn } = market
      const command = new CreateFilterCommand({ name, datasetGroupArn, filterExpression })
      filters.push((await one.personalize.send(command)).filterArn!)
    }
    for (let turn = 0; turn < TURNS; turn++)
      for (const [way, [one, other]] of bothWays().entries()) {
        const users = [{ userId: 'turning', properties: `{"age": ${2 * turn + way}}` }]
        await one.events.send(new PutUsersCommand({ datasetArn, users }))
        assert.equal((await propertiesOf(other, datasetArn, 'turning'))?.age, 2 * turn + way)
        const items = [{ itemId: `new-${way}-${turn}`, properties: `{"genres": "only-${way}", "price": 1}` }]
        await one.events.send(new PutItemsCommand({ datasetArn: market.items, items }))
        const found = await recommendedBy(other, 'Member-1', filters[way])
        assert.deepEqual(found.toSorted(), Array.from({ length: turn + 1 }, (_, n) => `new-${way}-${n}`).toSorted())
        const eventList = [
          { eventType: 'watch', itemId: `new-${way}-${turn}`, sentAt: new Date(1_700_000_000_000 + turn) },
        ]
        await one.events.send(new PutEventsCommand({ trackingId, userId: 'turning', sessionId: 'turning', eventList }))
        const history = await historyOf(other, market.interactions, 'turning')
        assert.equal(history.length, 2 * turn + way + 1)
      }
    assert.deepEqual(await countOf(older!, datasetArn), await countOf(newer!, datasetArn))
  })

  it('accept at once the keys that the other made, and no more those that it deleted', async () => {
    for (const [way, [one, other]] of bothWays().entries()) {
      const manage = openInspection(one.url)
      const body = { name: `reader-${way}`, policy: 'read-only' }
      const key = await manage<AccessKey>('POST', '/inspect/keys', { body })
      const { personalize } = clientsOf(other.url, key)
      const list = () => personalize.send(new ListDatasetGroupsCommand({}))
      assert.equal((await list()).datasetGroups!.length, 2)
      const { accessKeyId } = key
      await manage('DELETE', '/inspect/keys', { query: { accessKeyId } })
      await assert.rejects(list(), { name: 'UnrecognizedClientException' })
      personalize.destroy()
    }
  })

  const linesOf = (name: string, rows: number) => {
    const lines = Array.from({ length: rows }, (_, i) => `${name}-${i},30,Member,`)
    return ['USER_ID,AGE,MEMBERSHIP_TYPE,LOYALTY_NUMBER', ...lines]
  }
  const putLines = (name: string, rows: number) => putFile({ dataDir }, `${name}.csv`, linesOf(name, rows).join('\n'))
  const beginImport = async ({ personalize }: Server, name: string, dataLocation: string) => {
    const request = { jobName: name, datasetArn: market.users, dataSource: { dataLocation }, roleArn: ROLE }
    return (await personalize.send(new CreateDatasetImportJobCommand(request))).datasetImportJobArn!
  }
  const describeImport = async ({ personalize }: Server, datasetImportJobArn: string) =>
    (await personalize.send(new DescribeDatasetImportJobCommand({ datasetImportJobArn }))).datasetImportJob!
  let count = 0
  const beginTraining = async ({ personalize }: Server) => {
    const recipeArn = 'arn:aws:personalize:::recipe/aws-user-personalization-v2'
    const { datasetGroupArn } = market
    const solution = { name: `trained-${++count}`, datasetGroupArn, recipeArn, performAutoTraining: false }
    const { solutionArn } = await personalize.send(new CreateSolutionCommand(solution))
    return (await personalize.send(new CreateSolutionVersionCommand({ solutionArn }))).solutionVersionArn!
  }
  const describeVersion = async ({ personalize }: Server, solutionVersionArn: string) =>
    (await personalize.send(new DescribeSolutionVersionCommand({ solutionVersionArn }))).solutionVersion!

  const whileOlderWorks = async (works: () => Promise<void>) => {
    process.kill(olderWorker.pid, 'SIGCONT')
    await works()
    process.kill(olderWorker.pid, 'SIGSTOP')
  }
  const whileNewerWorks = async (works: () => Promise<void>) => {
    const worker = await work()
    await works()
    await worker.kill('SIGTERM')
  }

  it("do each other's jobs, and serve each other's models", async () => {
    const doneFor = (one: Server, other: Server, name: string) => async () => {
      const imported = await beginImport(one, `${name}-user`, await putLines(`${name}-user`, 10))
      const version = await beginTraining(one)
      assertActive(await finished(() => describeImport(other, imported)))
      assertActive(await finished(() => describeVersion(other, version)))
      const [found] = await Promise.all(
        [one, other].map(server => propertiesOf(server, market.users, `${name}-user-9`)),
      )
      assert.deepEqual(found, { age: 30, membershipType: 'Member' })
      const request = { name, solutionVersionArn: version }
      const { campaignArn } = await other.personalize.send(new CreateCampaignCommand(request))
      for (const server of [one, other])
        assert.equal((await recommendedBy(server, 'Member-1', undefined, campaignArn!)).length, 25)
    }
    await whileOlderWorks(doneFor(newer!, older!, 'by-older'))
    await whileNewerWorks(doneFor(older!, newer!, 'by-newer'))
  })

  it('take over the jobs of a worker of the other that was killed', async () => {
    const rows = 2000
    /** Begins one that does not end before the worker is killed. The next one finds a shorter file. */
    const begun = async (server: Server, name: string) => {
      const job = await beginImport(server, name, await putLongFile({ dataDir }, `${name}.csv`, linesOf(name, 10)))
      await eventually(
        'the import to begin',
        async () => (await describeImport(server, job)).status !== 'CREATE PENDING',
      )
      return job
    }
    const taken = (job: string, name: string) => async () => {
      assertActive(await finished(() => describeImport(older!, job)))
      for (const server of [older!, newer!])
        assert.equal((await propertiesOf(server, market.users, `${name}-${rows - 1}`))?.age, 30)
    }
    const dead = await work()
    const fromNewer = await begun(older!, 'from-newer')
    await dead.kill()
    await putLines('from-newer', rows)
    await whileOlderWorks(taken(fromNewer, 'from-newer'))
    process.kill(olderWorker.pid, 'SIGCONT')
    const fromOlder = await begun(newer!, 'from-older')
    await olderWorker.kill()
    await putLines('from-older', rows)
    await whileNewerWorks(taken(fromOlder, 'from-older'))
  })

  it('start anew in the older version too, or say why not', async () => {
    const again = await serve(program.main).catch((error: Error) => error)
    if (again instanceof Error) return assert.match(again.message, /newer version of personalite/)
    assert.equal((await recommendedBy(again, 'Member-1')).length, 25)
    assert.equal(await again.kill('SIGTERM'), 0)
  })

  it('lose nothing and tear nothing when the older is stopped', async () => {
    await underLoad(2, async asking => {
      asking(newer!)
      await serving()
      targets.shift()
      assert.equal(await older!.kill('SIGTERM'), 0)
    })
    assert.deepEqual(outcomes.failures, [])
    await using store = await openStore(dataDir, database)
    const { acknowledged, lost, torn } = await check(outcomes.acknowledged, await foundByServer(store))
    assert.deepEqual({ lost, torn }, { lost: [], torn: [] })
    assert.ok(acknowledged > 100 && recommended > 10, `${acknowledged} calls, ${recommended} recommendations`)
    assert.deepEqual(newer!.logged(), [])
    console.log(
      `upgrade from ${program.name}: acknowledged ${acknowledged}, recommended ${recommended}, lost 0, torn 0`,
    )
  })
})
