import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { after, before, describe, it } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import {
  CreateDatasetImportJobCommand,
  DescribeDatasetImportJobCommand,
  type ImportMode,
} from '@aws-sdk/client-personalize'
import { query } from '#test/citus-database.ts'
import { eventually } from '#test/eventually.ts'
import { startWay, type Way } from '#test/faulty-proxy.ts'
import { finished, ROLE } from '#test/jobs.ts'
import { ON_CITUS } from '#test/nodes.ts'
import { openStore } from '../../src/store/open.ts'
import type { Store } from '../../src/store/store.ts'
import { type Cluster, patientClients, startCluster } from './cluster.ts'

/** More than four COPYs. */
const ROWS = 45_000

/** How long a node that lost another without a word keeps its transactions, by its keepalives (deployment.md). */
const KEEPALIVE_MS = 20_000

/** The first byte of a message of PostgreSQL's protocol that has rows of a COPY. */
const COPY_DATA = 'd'.charCodeAt(0)

/** The files of the datasets: with the same ids each time, and another value. */
const FILES = {
  USERS: (value: number) => ['USER_ID,CALL', ...Array.from({ length: ROWS }, (_, n) => `u${n},${value}`)],
  INTERACTIONS: (value: number) => [
    'USER_ID,ITEM_ID,TIMESTAMP',
    ...Array.from({ length: ROWS }, (_, n) => `u${n % 5000},i${n},${1_600_000_000 + value}`),
  ],
}

/** The far end of a way: a node, by its own URL. */
interface FarEnd {
  readonly way: Way
  readonly url: string
}

/** On Citus the way from the coordinator to a worker is bad, else that from the server to PostgreSQL. */
const BETWEEN = ON_CITUS ? 'two nodes of Citus' : 'a server and PostgreSQL'

/** Looks until it is so. @throws where the import ends before */
async function until(what: string, ending: Promise<unknown>, isSo: () => Promise<boolean>): Promise<void> {
  let isOver = false
  const end = () => {
    isOver = true
  }
  ending.then(end, end)
  await eventually(what, async () => {
    if (await isSo()) return true
    assert.ok(!isOver, `the import was over before ${what}`)
    return false
  })
}

describe(`an import, when something happens between ${BETWEEN} in the middle of a COPY`, () => {
  let cluster: Cluster
  let far: FarEnd
  let store: Store
  before(async () => {
    const waysBetween = async (urls: readonly string[]) => {
      far = { way: await startWay(urls[2]!), url: urls[2]! }
      return [urls[0]!, urls[1]!, far.way.url]
    }
    const waysTo = async ([url]: readonly string[]) => {
      far = { way: await startWay(url!), url: url! }
      return [far.way.url]
    }
    cluster = await startCluster(ON_CITUS ? { waysBetween, waysTo: async ([url]) => [url!] } : { waysTo })
    await mkdir(`${cluster.dataDir}/s3/cut`, { recursive: true })
    store = await openStore(cluster.dataDir, cluster.database)
  })
  after(async () => {
    await store?.close()
    await cluster?.[Symbol.asyncDispose]()
    await far?.way[Symbol.asyncDispose]()
  })

  let imports = 0
  const begin = async (type: keyof typeof FILES, value: number, importMode: ImportMode = 'FULL') => {
    const jobName = `cut-${++imports}`
    await writeFile(`${cluster.dataDir}/s3/cut/${jobName}.csv`, FILES[type](value).join('\n'))
    const { personalize } = patientClients(cluster.servers[0]!.url)
    const datasetArn = `arn:aws:personalize:us-east-1:000000000000:dataset/shop/${type}`
    const dataSource = { dataLocation: `s3://cut/${jobName}.csv` }
    const create = new CreateDatasetImportJobCommand({ jobName, datasetArn, dataSource, importMode, roleArn: ROLE })
    const { datasetImportJobArn } = await personalize.send(create)
    return finished(async () => {
      const command = new DescribeDatasetImportJobCommand({ datasetImportJobArn })
      return (await personalize.send(command)).datasetImportJob
    }).finally(() => personalize.destroy())
  }

  /** The values of the imported rows, and how many have each. */
  const found = async (type: keyof typeof FILES) => {
    const { id } = (await store.resources.get(`arn:aws:personalize:us-east-1:000000000000:dataset/shop/${type}`))!
    const values =
      type === 'USERS'
        ? await Array.fromAsync(store.records.scan(id, 'BULK'), ({ fields }) => JSON.parse(fields)[0])
        : await Array.fromAsync(store.interactions.scan(id, 'BULK'), row => row.timestampMs / 1000 - 1_600_000_000)
    return Object.entries(Object.groupBy(values, value => value)).map(([value, rows]) => [Number(value), rows!.length])
  }

  /**
   * Begins what copies rows, and holds the way when a COPY at its far end has got some of its rows. Returns the process
   * of that end, and the ending of what was begun.
   */
  const inTheMiddle = async <T>(copies: () => Promise<T>) => {
    let hasRows = false
    let isHeld = false
    const isInRows = (bytes: Buffer) => {
      const hadRows = hasRows
      hasRows ||= bytes[0] === COPY_DATA
      return hadRows
    }
    void far.way.holdAt(isInRows).then(() => {
      isHeld = true
    })
    const ending = copies()
    let pid: unknown
    await until('a COPY that is held', ending, async () => {
      if (!isHeld) return false
      const [copy] = await query(
        far.url,
        `SELECT pid FROM pg_stat_activity
         WHERE query LIKE 'COPY%' AND state = 'active' AND wait_event = 'ClientRead' LIMIT 1`,
      )
      pid = copy?.pid
      return pid !== undefined
    })
    return { pid: pid as number, ending }
  }

  const HAPPENINGS: Readonly<Record<string, (pid: number) => Promise<void>>> = {
    async 'the way is cut'() {
      far.way.cut()
      far.way.release()
    },
    async 'the end of PostgreSQL is terminated'(pid) {
      await query(far.url, `SELECT pg_terminate_backend(${pid})`)
      far.way.release()
    },
    async 'the end of PostgreSQL is killed'(pid) {
      process.kill(pid, 'SIGKILL')
      far.way.release()
    },
    async 'nothing gets through any more'(pid) {
      far.way.silence()
      await setTimeout(KEEPALIVE_MS)
      await query(far.url, `SELECT pg_terminate_backend(${pid})`)
    },
  }

  for (const type of ['USERS', 'INTERACTIONS'] as const)
    for (const [name, happens] of Object.entries(HAPPENINGS))
      it(`has every row of ${type} once, if ${name}`, async () => {
        const before = await found(type)
        const value = imports + 1
        const { pid, ending } = await inTheMiddle(() => begin(type, value))
        await happens(pid)
        const { status, failureReason } = await ending
        if (failureReason === undefined) assert.deepEqual([status, await found(type)], ['ACTIVE', [[value, ROWS]]])
        else assert.deepEqual(await found(type), before)
        console.log(`faults: ${name} during an import of ${ROWS} ${type}: ${failureReason ?? status}, lost 0, torn 0`)
      })

  for (const [type, added] of [
    ['USERS', 0],
    ['INTERACTIONS', ROWS],
  ] as const)
    it(`has every row of ${type} once, INCREMENTAL, if the database is away for longer than it waits for it`, async () => {
      await begin(type, 0)
      const value = imports + 1
      const isMoving = `SELECT FROM pg_stat_activity
        WHERE query LIKE '%moved AS%' AND state = 'active' AND pid <> pg_backend_pid()`
      const crashes = () => cluster.servers[0]!.logged().filter(({ msg }) => msg === 'job crashed').length
      const crashed = crashes()
      const ending = begin(type, value, 'INCREMENTAL')
      await until('the merge', ending, async () => (await query(cluster.database, isMoving)).length > 0)
      await cluster.nodes[0]!.kill()
      await until('the crash of the job', ending, async () => crashes() > crashed)
      await cluster.nodes[0]!.start()
      const { status, failureReason } = await ending
      assert.deepEqual([status, failureReason], ['ACTIVE', undefined])
      assert.deepEqual(await found(type), [...(added > 0 ? [[0, ROWS]] : []), [value, ROWS]])
      console.log(`faults: the database away during the merge of ${ROWS} ${type}: ${status}, lost 0, torn 0`)
    })
})
