import { InvalidInputException } from '../../contract/errors.ts'
import type { Recipe } from '../../recipes/recipe.ts'
import type { JobContext } from '../context.ts'
import { assertLines } from '../csv/open-content.ts'
import { documentOf, type JobDocument } from '../documents.ts'
import { JobFailure } from '../failure.ts'
import { openBatchSize, openLineLimit } from '../limits.ts'
import { INVALID_LOCATION, parseLocation, type StoredObject, uriOf } from '../objects/objects.ts'
import { peek } from '../tables/peek.ts'
import { telling, unpack } from '../tables/unpack.ts'
import type { Answers } from './answered.ts'
import { LineErrors } from './line-errors.ts'
import { readLines } from './lines.ts'

/**
 * Answers lines of input, each with a line, in their order.
 * @param left about how many lines of all files are not answered yet, by the size of the files
 */
type AnswerLines = (lines: AsyncIterable<readonly string[]>, left: () => number) => AsyncIterable<Answers>

/**
 * Answers every file of a job's input, which may be compressed, in a file of the same name with `.out` at its end.
 * Files of subfolders are answered in such, so that none takes the place of another.
 * https://docs.aws.amazon.com/personalize/latest/dg/creating-batch-inference-job.html
 * @param recipe says how many lines a file may have, where the quotas hold
 * @throws JobFailure, beginning with the service's `Invalid S3 input path` or `Invalid S3 output path`
 */
export async function answerFiles(
  { objects, job, limits, report }: JobContext,
  recipe: Pick<Recipe, 'name' | 'batch'>,
  answer: AnswerLines,
): Promise<Pick<JobDocument, 'progress' | 'notes'>> {
  const { jobInput, jobOutput } = documentOf(job)
  const source = await inWords('input', async () => parseLocation('jobInput', jobInput?.s3DataSource.path))
  const target = await inWords('output', async () => parseLocation('jobOutput', jobOutput?.s3DataDestination.path))
  const folder = target.key === '' || target.key.endsWith('/') ? target.key : `${target.key}/`
  const files = await inWords('input', () => objects.list(source, 'prefix'))
  const unpacked = limits.quotas ? openBatchSize(files) : () => {}
  const progress = { rows: 0, bytes: 0, bytesTotal: files.reduce((bytes, { size }) => bytes + size, 0) }
  let read = 0
  const left = () => (read * progress.bytesTotal) / Math.max(1, progress.bytes) - progress.rows

  const bytesOf = async function* (file: StoredObject) {
    try {
      for await (const chunk of objects.read(file)) {
        progress.bytes += chunk.length
        yield chunk
      }
    } catch (error) {
      throw explain('input', error)
    }
  }
  const linesOf = async function* (file: StoredObject) {
    const count = openLineLimit(recipe, file)
    const content = unpack(uriOf(file), await peek(bytesOf(file)), assertLines)
    for await (const lines of readLines(uriOf(file), telling(content, unpacked))) {
      if (limits.quotas) count(lines.length)
      read += lines.length
      yield lines
    }
  }
  const errors = new LineErrors()
  const answersTo = async function* (file: StoredObject, output: string) {
    let before = 0
    for await (const answers of answer(linesOf(file), left)) {
      yield answers.text
      errors.add(output, before, answers)
      before += answers.lines
      progress.rows += answers.lines
      report(progress)
    }
  }
  for (const file of files) {
    const name = file.key.slice(source.key.lastIndexOf('/') + 1)
    const location = { bucket: target.bucket, key: `${folder}${name}.out` }
    const { kmsKeyArn } = jobOutput!.s3DataDestination
    await inWords('output', () => objects.write(location, inBlocks(answersTo(file, uriOf(location))), kmsKeyArn))
  }
  return { progress, notes: errors.notes() }
}

async function inWords<Result>(path: 'input' | 'output', work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    throw explain(path, error)
  }
}

/** The fault of a path, in the words that the service has for batch jobs (error-messages.md). */
function explain(path: 'input' | 'output', error: unknown): unknown {
  if (!(error instanceof JobFailure || error instanceof InvalidInputException)) return error
  return new JobFailure(error.message.replace(INVALID_LOCATION, `Invalid S3 ${path} path.`))
}

/** Characters that are written at once. */
const BLOCK_LENGTH = 1 << 16

async function* inBlocks(texts: AsyncIterable<string>): AsyncGenerator<string> {
  let block = ''
  for await (const text of texts) {
    block += text
    if (block.length < BLOCK_LENGTH) continue
    yield block
    block = ''
  }
  yield block
}
