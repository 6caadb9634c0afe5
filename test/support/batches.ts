import { readdir, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import {
  CreateBatchInferenceJobCommand,
  type CreateBatchInferenceJobCommandInput,
  CreateBatchSegmentJobCommand,
  type CreateBatchSegmentJobCommandInput,
  CreateFilterCommand,
  DescribeBatchInferenceJobCommand,
  DescribeBatchSegmentJobCommand,
} from '@aws-sdk/client-personalize'
import { finished, putFile, ROLE } from './jobs.ts'
import type { TestServer } from './server.ts'

let batches = 0

/** The members of the job's request, and its input: the lines of `in.json`, or a location. */
type Request<Input> = Partial<Input> & { readonly solutionVersionArn: string | undefined }

/** Runs a batch inference job to its end. Returns the job, its output files by name, and their location. */
export async function infer(
  server: TestServer,
  lines: readonly unknown[] | string,
  request: Request<CreateBatchInferenceJobCommandInput>,
) {
  const { output, ...common } = await requestOf(server, lines)
  const { batchInferenceJobArn } = await server.personalize.send(
    new CreateBatchInferenceJobCommand({ ...common, ...request }),
  )
  const job = await finished(() => describeInference(server, batchInferenceJobArn))
  return { job, files: await readOutput(output), output }
}

export async function describeInference({ personalize }: TestServer, batchInferenceJobArn: string | undefined) {
  const command = new DescribeBatchInferenceJobCommand({ batchInferenceJobArn })
  return (await personalize.send(command)).batchInferenceJob
}

/** Runs a batch segment job to its end. Returns the job and its output files by name. */
export async function segment(
  server: TestServer,
  lines: readonly unknown[] | string,
  request: Request<CreateBatchSegmentJobCommandInput>,
) {
  const { output, ...common } = await requestOf(server, lines)
  const { batchSegmentJobArn } = await server.personalize.send(
    new CreateBatchSegmentJobCommand({ ...common, ...request }),
  )
  const job = await finished(async () => {
    const command = new DescribeBatchSegmentJobCommand({ batchSegmentJobArn })
    return (await server.personalize.send(command)).batchSegmentJob
  })
  return { job, files: await readOutput(output) }
}

/** Writes the input, a line for each element: a text unchanged, anything else as JSON. */
async function requestOf(server: TestServer, lines: readonly unknown[] | string) {
  const jobName = `batch-${++batches}`
  const text = (line: unknown) => (typeof line === 'string' ? line : JSON.stringify(line))
  const path =
    typeof lines === 'string' ? lines : await putFile(server, `${jobName}/in.json`, `${lines.map(text).join('\n')}\n`)
  return {
    output: join(server.dataDir, `s3/b/${jobName}-out`),
    jobName,
    roleArn: ROLE,
    jobInput: { s3DataSource: { path } },
    jobOutput: { s3DataDestination: { path: `s3://b/${jobName}-out/` } },
  }
}

/** Returns the parsed lines of the output, by the path of the file in the folder; empty if nothing was written. */
export async function readOutput(root: string) {
  const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => [])
  const paths = entries.filter(entry => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name))
  const files = paths.sort().map(async path => {
    const lines = (await readFile(path, 'utf8')).split('\n').filter(line => line !== '')
    return [relative(root, path), lines.map(parse)] as const
  })
  return Object.fromEntries(await Promise.all(files))
}

export interface OutputLine {
  readonly input: unknown
  readonly output: {
    readonly recommendedItems: readonly string[]
    readonly scores?: readonly number[]
    readonly reasons?: readonly (readonly string[])[]
    readonly usersList: readonly string[]
  } | null
  readonly error: string | null
}

const parse = (line: string): OutputLine => JSON.parse(line)

export async function createFilter(server: TestServer, datasetGroupArn: string, filterExpression: string) {
  const command = new CreateFilterCommand({ name: `filter-${++batches}`, datasetGroupArn, filterExpression })
  return (await server.personalize.send(command)).filterArn!
}
