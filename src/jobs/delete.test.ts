import assert from 'node:assert/strict'
import { appendFileSync } from 'node:fs'
import { it } from 'node:test'
import { putFile } from '#test/jobs.ts'
import { openTestServices } from '#test/services.ts'
import { createUsersWithAge } from '#test/solutions.ts'
import type { JobContext } from './context.ts'
import { runDeletion } from './delete.ts'
import { failJob } from './ending.ts'
import { JobFailure } from './failure.ts'
import { openFolder } from './objects/folder.ts'
import type { Objects } from './objects/objects.ts'

it('a deletion reports the number of deleted rows where it fails late, because its file has changed', async () => {
  await using services = await openTestServices()
  const { store, dataDir } = services
  const { id, parent } = (await store.resources.get(await createUsersWithAge(services)))!
  const ids = Array.from({ length: 5000 }, (_, n) => `user-${n}`)
  await store.records.put(
    id,
    ids.slice(0, 1000).map(id => ({ id, fields: '[1]' })),
  )
  const dataLocation = await putFile(services, 'changed.csv', `USER_ID\n${ids.join('\n')}\n`)
  const arn = services.arns.of('data-deletion-job/changed')
  const document = { jobName: 'changed', dataSource: { dataLocation }, seq: await store.nextSeq() }
  const job = await store.resources.create({ kind: 'data-deletion-job', arn, parent, status: 'IN_PROGRESS', document })
  const folder = openFolder(`${dataDir}/s3`)
  let reads = 0
  const objects: Objects = {
    ...folder,
    read(...of) {
      // The first time it is found to be a list of users; the second time they are deleted.
      if (++reads === 2) appendFileSync(`${dataDir}/s3/b/changed.csv`, 'one,too many\n')
      return folder.read(...of)
    },
  }
  const limits = { quotas: false, minimums: false }
  const failure = await runDeletion({ store, objects, job, limits, report() {} } as unknown as JobContext).catch(
    (error: unknown) => error,
  )
  assert.ok(failure instanceof JobFailure)
  await failJob(store, arn, failure.message, failure.rowsDeleted)
  const { status, document: ended } = (await store.resources.get(arn))!
  assert.deepEqual([status, ended.numDeleted], ['FAILED', 1000])
  assert.match(String(ended.failureReason), /changed.csv line 5002: .*; 1000 rows had been deleted by then$/)
  assert.equal(await store.records.count(id, 'ALL'), 0)
})
