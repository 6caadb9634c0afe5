import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { eventually } from '#test/eventually.ts'
import { putFile, putLongFile } from '#test/jobs.ts'
import { openTestServices, settled, type TestServices } from '#test/services.ts'
import { createUsersWithAge } from '#test/solutions.ts'
import { openSharedStore } from '../../store/open.ts'
import { JOB_FORMAT, type JobDocument } from '../documents.ts'
import { writeOutcome } from './outcome.ts'
import { openJobs } from './runner.ts'

describe('the jobs', () => {
  let services: TestServices
  let datasetArn: string
  let dataset: number
  beforeEach(async () => {
    services = await openTestServices()
    datasetArn = await createUsersWithAge(services)
    dataset = (await services.store.resources.get(datasetArn))!.id
  })
  afterEach(() => services[Symbol.asyncDispose]())

  /** An import job that is in the store and not started, as a stop of the server leaves it. */
  const createJob = async (name: string, document: JobDocument = {}) => {
    const arn = services.arns.of(`dataset-import-job/${name}`)
    await services.store.resources.create({
      kind: 'dataset-import-job',
      arn,
      parent: datasetArn,
      status: document.phase ? 'CREATE IN_PROGRESS' : 'CREATE PENDING',
      document: { jobName: name, importMode: 'FULL', dataSource: { dataLocation: `s3://b/${name}.csv` }, ...document },
    })
    return arn
  }
  const writeUsers = (name: string, count: number) => {
    const rows = Array.from({ length: count }, (_, i) => `${name}${i},${i}`)
    return putFile(services, `${name}.csv`, ['USER_ID,AGE', ...rows].join('\n'))
  }
  const stagedGeneration = async (id: string) => {
    const generation = await services.store.imports.begin(dataset)
    await services.store.imports.stageRecords(dataset, generation, [{ id, fields: '[1]' }])
    return generation
  }
  /** Begins an import that reads its file for minutes. Resolves when it does. */
  const beginReading = async (name: string, jobs = services.jobs) => {
    await putLongFile(services, `${name}.csv`, ['USER_ID,AGE', 'long,1'])
    const arn = await createJob(name)
    jobs.start(arn)
    await eventually('the import to read its file', async () => {
      const { document } = (await services.store.resources.get(arn))!
      return (document as JobDocument).phase === 'staging'
    })
    return arn
  }
  const ids = async () => {
    const found = await Array.fromAsync(services.store.records.scan(dataset, 'ALL'))
    return found.map(({ id }) => id)
  }

  it('are taken up again in the order of their creation: what waited', async () => {
    await writeUsers('first', 3000)
    await writeUsers('second', 1)
    const [first, second] = [await createJob('first'), await createJob('second')]
    await services.jobs.resume()
    assert.equal((await settled(services.store, first)).status, 'ACTIVE')
    assert.equal((await settled(services.store, second)).status, 'ACTIVE')
    assert.deepEqual(await ids(), ['second0'])
  })

  it('go on where the thread of an import ended while its rows were added to others', async () => {
    const { store, jobs } = services
    const generation = await stagedGeneration('added')
    const job = await createJob('added', { phase: 'merging', generation, importMode: 'INCREMENTAL' })
    await assert.rejects(writeOutcome(store, job, 'crashed'), /it has to go on$/)
    await jobs.resume()
    assert.equal((await settled(store, job)).status, 'ACTIVE')
    assert.deepEqual(await ids(), ['added'])
  })

  it('go on with the deletion of rows that a stopped server left', async () => {
    const { store, jobs } = services
    const rows = Array.from({ length: 25_000 }, (_, n) => ({ id: `${n}`, fields: '[1]' }))
    const left = () => store.records.count(dataset, 'ALL')
    await store.records.put(dataset, rows)
    assert.equal(await left(), rows.length)
    const other = await openSharedStore(store.share().handle)
    await other.resources.remove(datasetArn)
    await other.close()
    assert.notEqual(await left(), 0)
    await jobs.resume()
    await eventually('no row to be left', async () => (await left()) === 0)
  })

  it('are taken up again: an import that was being read begins anew', async () => {
    await writeUsers('again', 2)
    const generation = await stagedGeneration('left')
    const job = await createJob('again', { phase: 'staging', generation })
    await services.jobs.resume()
    assert.equal((await settled(services.store, job)).status, 'ACTIVE')
    assert.deepEqual(await ids(), ['again0', 'again1'])
  })

  it('are taken up again: an import that had been read is finished without its file', async () => {
    const generation = await stagedGeneration('read')
    const job = await createJob('no-such-file', { phase: 'merging', generation, importMode: 'INCREMENTAL' })
    await services.jobs.resume()
    assert.equal((await settled(services.store, job)).status, 'ACTIVE')
    assert.deepEqual(await ids(), ['read'])
  })

  it('go on after a stop in the middle', async () => {
    const job = await beginReading('many')
    await services.jobs.close()
    assert.equal((await services.store.resources.get(job))!.status, 'CREATE IN_PROGRESS')
    assert.deepEqual(await ids(), [])

    await writeUsers('many', 2000)
    const jobs = openJobs({ ...services, s3: 'folder' })
    await jobs.resume()
    const { status, document } = await settled(services.store, job)
    assert.equal(status, 'ACTIVE')
    assert.equal((document as JobDocument).progress!.rows, 2000)
    assert.equal(await services.store.records.count(dataset, 'BULK'), 2000)
    await jobs.close()
  })

  it('are logged as warnings where they fail, without a value of a row', async () => {
    const logged: unknown[] = []
    const write = (fields: unknown, text?: unknown) => logged.push(fields, text)
    const log = { ...services.log, info: write, warn: write, error: write }
    const jobs = openJobs({ ...services, log, s3: 'folder' })
    await putFile(services, 'wrong.csv', 'USER_ID,AGE\nann,secret')
    const job = await createJob('wrong')
    jobs.start(job)
    const { status, document } = await settled(services.store, job)
    assert.match(document.failureReason as string, /AGE must be an int, got the string "secret"/)
    await eventually('a line of the log', () => logged.length > 0)
    const [{ ms: _, ...fields }, text] = logged as [Record<string, unknown>, string]
    const wrong = 's3://b/wrong.csv line 2: AGE must be an int, …'
    const reason = `More than half of the cells of a column are not of its type. AGE: 1 of 1 (${wrong}`
    assert.deepEqual(fields, { job, status, reason })
    assert.equal(text, 'job failed')
    await jobs.close()
  })

  it('stop when they are told to: what runs, and what waits', async () => {
    const runs = await beginReading('long')
    const waits = await createJob('waits')
    services.jobs.start(waits)
    await services.jobs.stop(waits)
    assert.equal((await services.store.resources.get(waits))!.status, 'CREATE STOPPED')
    await services.jobs.stop(runs)
    assert.match((await services.store.resources.get(runs))!.status, /^CREATE STOPP(ING|ED)$/)
    assert.equal((await settled(services.store, runs)).status, 'CREATE STOPPED')
    assert.equal((await services.store.resources.get(waits))!.status, 'CREATE STOPPED')
    assert.deepEqual(await ids(), [])
  })

  it('stop where another server was told to stop them', async () => {
    const job = await beginReading('elsewhere')
    await services.store.resources.update(job, { status: 'CREATE STOPPING' })
    assert.equal((await settled(services.store, job)).status, 'CREATE STOPPED')
    assert.deepEqual(await ids(), [])
  })

  it('are found in the store where another server was told to start them', async () => {
    await services.jobs.resume()
    for (const name of ['one', 'two', 'three']) await writeUsers(name, 3)
    const jobs = [await createJob('one'), await createJob('two'), await createJob('three')]
    for (const job of jobs) assert.equal((await settled(services.store, job)).status, 'ACTIVE')
    assert.deepEqual(await ids(), ['three0', 'three1', 'three2'])
  })

  it('wait for those before them that write to the same dataset, though another server does those', async () => {
    await writeUsers('later', 3)
    const earlier = await createJob('earlier')
    const later = await createJob('later')
    services.jobs.start(later)
    await setTimeout(300)
    assert.equal((await services.store.resources.get(later))!.status, 'CREATE PENDING')
    await services.store.resources.update(earlier, { status: 'ACTIVE' })
    assert.equal((await settled(services.store, later)).status, 'ACTIVE')
  })

  it('are left to others with 0 at once, which can stop what waits', async () => {
    await services.jobs.close()
    const jobs = openJobs({ ...services, s3: 'folder', concurrency: 0 })
    const job = await createJob('left')
    await jobs.resume()
    jobs.start(job)
    await setTimeout(100)
    assert.equal((await services.store.resources.get(job))!.status, 'CREATE PENDING')
    await jobs.stop(job)
    assert.equal((await services.store.resources.get(job))!.status, 'CREATE STOPPED')
    await jobs.close()
  })

  it('are stopped at the next start where the server stopped before them', async () => {
    const job = await createJob('stopping')
    await services.store.resources.update(job, { status: 'CREATE STOPPING' })
    await services.jobs.resume()
    assert.equal((await services.store.resources.get(job))!.status, 'CREATE STOPPED')
  })

  const isEmbedded = process.env.PERSONALITE_TEST_POSTGRES === undefined
  it('are let go of where another worker has them, also by who finds that out when the thread has ended', {
    skip: isEmbedded && 'the embedded store has one worker',
  }, async () => {
    const logged: unknown[] = []
    const write = (_: unknown, text?: unknown) => logged.push(text)
    const log = { ...services.log, info: write, warn: write, error: write }
    const jobs = openJobs({ ...services, log, s3: 'folder', lapseMs: 600_000 })
    const job = await beginReading('lost', jobs)
    const { id } = (await services.store.resources.get(job))!
    assert.equal(await services.store.claims.take(id, 'another', 0), true)
    const lost = 'another worker has the job'
    await eventually(`"${lost}" in the log`, () => logged.includes(lost))
    await jobs.close()
    assert.deepEqual(
      logged.filter(text => text !== 'job crashed'),
      ['another worker has the job'],
    )
    assert.equal((await services.store.resources.get(job))!.status, 'CREATE IN_PROGRESS')
  })

  it('that are over are let go of in the place of a worker that died before it could', {
    skip: isEmbedded && 'the embedded store has one worker',
  }, async () => {
    const job = await createJob('over')
    const { id } = await services.store.resources.update(job, { status: 'ACTIVE' })
    assert.equal(await services.store.claims.take(id, 'dead', 600_000), true)
    const jobs = openJobs({ ...services, s3: 'folder', lapseMs: 50 })
    await jobs.resume()
    await eventually('the claim to be free', () => services.store.claims.take(id, 'third', 600_000))
    await jobs.close()
  })

  it('do not stop once they are done', async () => {
    const job = await createJob('done')
    await services.store.resources.update(job, { status: 'ACTIVE' })
    await services.jobs.stop(job)
    assert.equal((await services.store.resources.get(job))!.status, 'ACTIVE')
  })

  it('fail when their thread crashes, and the server lives on', async () => {
    await writeUsers('crash', 1)
    const job = await createJob('crash')
    await services.store.resources.update(datasetArn, { document: { columns: 'no list: a fault' } })
    services.jobs.start(job)
    const { status, document } = await settled(services.store, job)
    assert.equal(status, 'CREATE FAILED')
    assert.match(document.failureReason as string, /internal failure/)
    assert.deepEqual(await ids(), [])
  })

  it('are left to workers of a newer version where these alone know all their settings', async () => {
    await writeUsers('newer', 1)
    const newer = await createJob('newer', { format: JOB_FORMAT + 1 })
    await services.store.resources.create({
      kind: 'dataset-import-job-of-a-later-version',
      arn: services.arns.of('later/1'),
      status: 'CREATE PENDING',
      document: {},
    })
    const jobs = openJobs({ ...services, s3: 'folder' })
    await jobs.resume()
    await jobs.close()
    assert.equal((await services.store.resources.get(newer))!.status, 'CREATE PENDING')
    assert.equal((await services.store.resources.get(services.arns.of('later/1')))!.status, 'CREATE PENDING')
  })

  it('are tried once more in a new thread when they crash in one that did another job; the next is not hurt', async () => {
    const logged: unknown[] = []
    const write = (_: unknown, text?: unknown) => logged.push(text)
    const log = { ...services.log, info: write, warn: write, error: write }
    const jobs = openJobs({ ...services, log, s3: 'folder' })
    const run = async (name: string) => {
      await writeUsers(name, 1)
      const job = await createJob(name)
      jobs.start(job)
      logged.length = 0
      await eventually('the end of the job', () => logged.some(text => text === 'job ended' || text === 'job failed'))
      return (await settled(services.store, job)).status
    }
    assert.equal(await run('before'), 'ACTIVE')
    const { columns } = (await services.store.resources.get(datasetArn))!.document
    await services.store.resources.update(datasetArn, { document: { columns: 'no list: a fault' } })
    assert.equal(await run('crash'), 'CREATE FAILED')
    assert.deepEqual(logged, ['job crashed', 'job crashed', 'job failed'])
    await services.store.resources.update(datasetArn, { document: { columns } })
    assert.equal(await run('after'), 'ACTIVE')
    assert.deepEqual(await ids(), ['after0'])
    await jobs.close()
  })
})
