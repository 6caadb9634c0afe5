import assert from 'node:assert/strict'
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import {
  CreateDatasetExportJobCommand,
  CreateDatasetImportJobCommand,
  DescribeDatasetExportJobCommand,
  DescribeDatasetImportJobCommand,
  type ImportMode,
  type IngestionMode,
} from '@aws-sdk/client-personalize'
import { isUnfinished } from '../../src/store/statuses.ts'
import { eventually } from './eventually.ts'
import { inspect } from './http.ts'
import type { TestServer } from './server.ts'

export const ROLE = 'arn:aws:iam::000000000000:role/personalize'

/**
 * Puts a file into the bucket `b`, which is a folder. Returns its location. A job that reads an earlier file of this
 * name reads it to its end.
 */
export async function putFile({ dataDir }: Pick<TestServer, 'dataDir'>, key: string, content: string | Uint8Array) {
  const path = join(dataDir, 's3/b', key)
  await mkdir(dirname(path), { recursive: true })
  await writeFile(`${path}.new`, content)
  await rename(`${path}.new`, path)
  return `s3://b/${key}`
}

/**
 * Puts a compressed CSV file that takes minutes to read, so that a test surely finds its import at work. Returns its
 * location.
 * @param lines how it begins; the last of them is repeated
 */
export function putLongFile(server: Pick<TestServer, 'dataDir'>, key: string, lines: readonly string[]) {
  const repeated = gzipSync(`${lines.at(-1)}\n`.repeat(100_000))
  const parts = [gzipSync(`${lines.join('\n')}\n`), ...new Array<Buffer>(2000).fill(repeated)]
  return putFile(server, key, Buffer.concat(parts))
}

/** Returns the files in a folder of the bucket `b`, by name. */
export async function readFiles({ dataDir }: Pick<TestServer, 'dataDir'>, folder: string) {
  const path = join(dataDir, 's3/b', folder)
  const names = (await readdir(path)).sort()
  return Object.fromEntries(
    await Promise.all(names.map(async name => [name, await readFile(join(path, name), 'utf8')])),
  )
}

interface Job {
  readonly status?: string | undefined
  readonly failureReason?: string | undefined
}

/** Asks until the job neither waits nor runs nor is being stopped, as every client does. */
export async function finished<Described extends Job>(describe: () => Promise<Described | undefined>) {
  return eventually('the end of a job', async () => {
    const job = await describe()
    return !isUnfinished({ status: job!.status! }) && job!
  })
}

export function assertActive({ status, failureReason }: Job): void {
  assert.deepEqual({ status, failureReason }, { status: 'ACTIVE', failureReason: undefined })
}

let jobs = 0

/** Imports the files at a location and waits for the end. */
export async function importFrom(
  server: Pick<TestServer, 'personalize'>,
  datasetArn: string,
  dataLocation: string,
  importMode?: ImportMode,
) {
  const jobName = `import-${++jobs}`
  const request = { jobName, datasetArn, dataSource: { dataLocation }, roleArn: ROLE, importMode }
  const { datasetImportJobArn } = await server.personalize.send(new CreateDatasetImportJobCommand(request))
  return finished(async () => {
    const command = new DescribeDatasetImportJobCommand({ datasetImportJobArn })
    return (await server.personalize.send(command)).datasetImportJob
  })
}

/** Returns the notes of a job, such as on files that it passed over. */
export async function notesOf(server: TestServer, jobName: string | undefined): Promise<readonly string[]> {
  const { jobs } = await inspect<{ jobs: { jobName: string; notes: readonly string[] }[] }>(server, '/inspect/jobs', {})
  return jobs.find(job => job.jobName === jobName)!.notes
}

/** Exports a dataset into a folder of the job's name and waits for the end. */
export async function exportTo(
  server: Pick<TestServer, 'personalize'>,
  datasetArn: string,
  path: string,
  ingestionMode?: IngestionMode,
  jobName = `export-${++jobs}`,
) {
  const jobOutput = { s3DataDestination: { path } }
  const request = { jobName, datasetArn, jobOutput, roleArn: ROLE, ingestionMode }
  const { datasetExportJobArn } = await server.personalize.send(new CreateDatasetExportJobCommand(request))
  return finished(async () => {
    const command = new DescribeDatasetExportJobCommand({ datasetExportJobArn })
    return (await server.personalize.send(command)).datasetExportJob
  })
}
