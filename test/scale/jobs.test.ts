import assert from 'node:assert/strict'
import { after, afterEach, before, describe, it } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { Client } from 'pg'
import { eventually } from '#test/eventually.ts'
import { assertActive } from '#test/jobs.ts'
import { connectionsFor } from '../../src/store/postgres/connections.ts'
import { phaseOf } from '../../src/store/statuses.ts'
import type { ServerProcess } from '../crash/server-process.ts'
import { type Cluster, LAPSE_MS, openCluster } from './cluster.ts'

/** Real processes on a real PostgreSQL: a server without workers, and workers that are killed, frozen and stopped. */
describe('jobs on many servers', () => {
  let cluster: Cluster
  let client: Client
  const workers: ServerProcess[] = []
  /** Connections that hold up trainings. */
  const holders: Client[] = []
  before(async () => {
    cluster = await openCluster()
    await cluster.fill()
    client = new Client(cluster.url)
    await client.connect()
  })
  after(async () => {
    await client.end()
    await cluster[Symbol.asyncDispose]()
  })
  afterEach(async () => {
    for (const worker of workers.splice(0)) await worker.kill()
    await goOn()
  })

  const work = async (args?: readonly string[], lapseMs?: number) => {
    const worker = await cluster.work(args, lapseMs)
    workers.push(worker)
    return worker
  }
  const endedBy = (worker: ServerProcess) =>
    worker.logged().flatMap(({ msg, job }) => (msg === 'job ended' ? [job] : []))
  /** Reads only the claim of this job: a worker that was killed at the end of another one may have left a claim. */
  const claimant = async (arn: string): Promise<string | undefined> => {
    const text = 'SELECT worker FROM claims WHERE job = (SELECT id FROM resources WHERE arn = $1)'
    return (await client.query(text, [arn])).rows[0]?.worker
  }
  /** Whether PostgreSQL has a connection of this worker for the job. */
  const isConnected = async (arn: string, worker: string) => {
    const { id } = (await cluster.store.resources.get(arn))!
    const text = 'SELECT FROM pg_stat_activity WHERE application_name = $1'
    return (await client.query(text, [connectionsFor(id, worker)])).rowCount! > 0
  }
  /** The number of rows of users, including unpublished ones. */
  const rows = async () => Number((await client.query('SELECT count(*) FROM records')).rows[0].count)
  const isRunning = async (arn: string) => phaseOf((await cluster.store.resources.get(arn))!.status) === 'running'
  /**
   * Starts a worker with a training that does not end before `goOn`: it waits for the table of events. Resolves when it
   * runs.
   */
  const beginHeldTraining = async (lapseMs?: number) => {
    const version = await cluster.beginTraining()
    const holder = new Client(cluster.url)
    holders.push(holder)
    await holder.connect()
    await holder.query('BEGIN; LOCK TABLE interactions')
    const worker = await work([], lapseMs)
    await eventually('the training to begin', () => isRunning(version))
    return { version, worker }
  }
  const goOn = async () => {
    for (const holder of holders.splice(0)) await holder.end()
  }
  /** Waits until an import has unpublished rows. */
  const isStaging = async (arn: string) => {
    const seen = await cluster.store.records.count(cluster.users, 'ALL')
    await eventually('rows of the import', async () => (await isRunning(arn)) && (await rows()) > seen)
  }
  /** Waits until abandoned rows are purged. Then the rows are those of the import, once. */
  const isWhole = async (name: string, count: number) => {
    assert.equal(await cluster.store.records.count(cluster.users, 'BULK'), count)
    assert.ok(await cluster.store.records.get(cluster.users, `${name}-${count - 1}`))
    await eventually('the purge', async () => (await rows()) <= count)
    assert.equal(await rows(), count)
  }

  it('are each run by one worker', async () => {
    const both = [await work(['--workers', '1']), await work(['--workers', '1'])]
    const versions = await Promise.all(Array.from({ length: 6 }, () => cluster.beginTraining('aws-popularity-count')))
    for (const version of versions) assertActive(await cluster.trained(version))
    await eventually('all trainings to end', () => both.flatMap(endedBy).length >= versions.length)
    assert.deepEqual(both.flatMap(endedBy).sort(), versions.toSorted())
    for (const worker of both) assert.ok(endedBy(worker).length > 0)
  })

  it('wait for earlier jobs that write to the same dataset, on any worker', async () => {
    await work(['--workers', '1'])
    await work(['--workers', '1'])
    const first = await cluster.beginImport('first', 50_000)
    const second = await cluster.beginImport('second', 10)
    assertActive(await cluster.imported(second))
    assertActive(await cluster.imported(first))
    await isWhole('second', 10)
  })

  it('are taken over from a worker that was killed: a training', async () => {
    const { version, worker: dead } = await beginHeldTraining()
    await dead.kill()
    assert.equal((await cluster.describeVersion(version)).status, 'CREATE IN_PROGRESS')
    await goOn()
    const other = await work()
    assertActive(await cluster.trained(version))
    assert.equal(await cluster.recommended(version), 25)
    await eventually('the end of the job', () => endedBy(other).includes(version))
  })

  it('are taken over from a worker that was killed: an import, without a row twice', async () => {
    const dead = await work()
    const job = await cluster.beginLongImport('killed')
    await isStaging(job)
    await dead.kill()
    assert.match((await cluster.store.resources.get(job))!.status, /IN_PROGRESS/)
    await cluster.shorten('killed', 50_000)
    await work()
    assertActive(await cluster.imported(job))
    await isWhole('killed', 50_000)
  })

  it('are taken over from a worker that is frozen, which does no harm when it thaws', async () => {
    const frozen = await work()
    const job = await cluster.beginLongImport('frozen')
    await isStaging(job)
    process.kill(frozen.pid, 'SIGSTOP')
    assert.ok(await isRunning(job))
    await cluster.shorten('frozen', 50_000)
    const before = (await claimant(job))!
    const other = await work()
    await eventually('another claimant', async () => {
      return ![before, undefined].includes(await claimant(job)) && !(await isConnected(job, before))
    })
    process.kill(frozen.pid, 'SIGCONT')
    assertActive(await cluster.imported(job))
    await eventually('the end of the job', () => endedBy(other).includes(job))
    const lost = ['another worker has the job', 'job crashed']
    await eventually('the loss of the job', () => frozen.logged().some(({ msg }) => lost.includes(msg)))
    await setTimeout(LAPSE_MS)
    assert.deepEqual(endedBy(frozen), [])
    assert.equal((await cluster.store.resources.get(job))!.status, 'ACTIVE')
    await isWhole('frozen', 50_000)
    await other.kill()
    const next = await cluster.beginImport('thawed', 5)
    assertActive(await cluster.imported(next))
    await eventually('the end of the job', () => endedBy(frozen).includes(next))
    assert.deepEqual(endedBy(frozen), [next])
    await isWhole('thawed', 5)
  })

  it('are left to others at once by a worker that is stopped', async () => {
    const lapseMs = 60_000
    // Held up, so that it takes no job before the first has one, and is there when that stops.
    const other = await work([], lapseMs)
    process.kill(other.pid, 'SIGSTOP')
    const { version, worker: stopped } = await beginHeldTraining(lapseMs)
    assert.equal(await stopped.kill('SIGTERM'), 0)
    await goOn()
    process.kill(other.pid, 'SIGCONT')
    assertActive(await cluster.trained(version))
    await eventually('the end of the job', () => endedBy(other).includes(version))
  })

  describe('with a requested stop', () => {
    const stoppedAt = (version: string) =>
      eventually('CREATE STOPPED', async () => (await cluster.describeVersion(version)).status === 'CREATE STOPPED')

    it('are stopped at once if no worker has them', async () => {
      const version = await cluster.beginTraining()
      await cluster.stop(version)
      assert.equal((await cluster.describeVersion(version)).status, 'CREATE STOPPED')
    })

    it('are stopped by their worker', async () => {
      const { version, worker } = await beginHeldTraining()
      await cluster.stop(version)
      assert.match((await cluster.describeVersion(version)).status!, /^CREATE STOPP(ING|ED)$/)
      await stoppedAt(version)
      await goOn()
      await eventually('the end of the job', () => endedBy(worker).includes(version))
      assertActive(await cluster.trained(await cluster.beginTraining()))
    })

    it('are stopped if their worker died before it knew of the stop', async () => {
      const { version, worker } = await beginHeldTraining()
      process.kill(worker.pid, 'SIGSTOP')
      await cluster.stop(version)
      assert.equal((await cluster.describeVersion(version)).status, 'CREATE STOPPING')
      await worker.kill()
      await stoppedAt(version)
    })
  })
})
