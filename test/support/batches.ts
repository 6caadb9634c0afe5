import {
  CreateBatchInferenceJobCommand,
  type CreateBatchInferenceJobCommandInput,
  CreateBatchSegmentJobCommand,
  type CreateBatchSegmentJobCommandInput,
  CreateFilterCommand,
  DescribeBatchInferenceJobCommand,
  DescribeBatchSegmentJobCommand,
} from '@aws-sdk/client-personalize'
import { finished, putFile, ROLE, readFiles } from './jobs.ts'
import type { TestServer } from './server.ts'

let batches = 0

/** What the job is to be created with, and its input: the lines of `in.json`, or a location. */
type Request<Input> = Partial<Input> & { readonly solutionVersionArn: string | undefined }

/** Runs a batch inference job to its end. Gives it and what it wrote, each file by its name. */
export async function infer(
  server: TestServer,
  lines: readonly unknown[] | string,
  request: Request<CreateBatchInferenceJobCommandInput>,
) {
  const { output, ...common } = await requestOf(server, lines)
  const { batchInferenceJobArn } = await server.personalize.send(
    new CreateBatchInferenceJobCommand({ ...common, ...request }),
  )
  const job = await finished(async () => {
    const command = new DescribeBatchInferenceJobCommand({ batchInferenceJobArn })
    return (await server.personalize.send(command)).batchInferenceJob
  })
  return { job, files: await outputOf(server, output) }
}

/** Runs a batch segment job to its end. Gives it and what it wrote, each file by its name. */
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
  return { job, files: await outputOf(server, output) }
}

/** Writes the input, a line an element: a text as it is, anything else as JSON. */
async function requestOf(server: TestServer, lines: readonly unknown[] | string) {
  const jobName = `batch-${++batches}`
  const text = (line: unknown) => (typeof line === 'string' ? line : JSON.stringify(line))
  const path =
    typeof lines === 'string' ? lines : await putFile(server, `${jobName}/in.json`, `${lines.map(text).join('\n')}\n`)
  const output = `${jobName}-out`
  return {
    output,
    jobName,
    roleArn: ROLE,
    jobInput: { s3DataSource: { path } },
    jobOutput: { s3DataDestination: { path: `s3://b/${output}/` } },
  }
}

/** The lines that were written, parsed; no files where nothing was. */
async function outputOf(server: TestServer, folder: string) {
  const files: Record<string, string> = await readFiles(server, folder).catch(() => ({}))
  const parsed = Object.entries(files).map(([name, text]) => [name, text.trimEnd().split('\n').map(parse)] as const)
  return Object.fromEntries(parsed)
}

export interface OutputLine {
  readonly input: unknown
  readonly output: {
    readonly recommendedItems: readonly string[]
    readonly scores?: readonly number[]
    readonly usersList: readonly string[]
  } | null
  readonly error: string | null
}

const parse = (line: string): OutputLine => JSON.parse(line)

export async function createFilter(server: TestServer, datasetGroupArn: string, filterExpression: string) {
  const command = new CreateFilterCommand({ name: `filter-${++batches}`, datasetGroupArn, filterExpression })
  return (await server.personalize.send(command)).filterArn!
}
