import { InvalidInputException } from '../../contract/errors.ts'
import { quote } from '../../datasets/values.ts'
import { readUsers } from '../../recommender/request/scan-users.ts'
import {
  itemOf,
  itemsWith,
  type SegmentQuery,
  segmentUsers,
  type UserTest,
  userTest,
} from '../../recommender/request/segments.ts'
import { openBatchPool } from '../../recommender/serving/pools.ts'
import { inChunks } from '../../store/in-chunks.ts'
import type { JobContext, RunJob } from '../context.ts'
import { documentOf } from '../documents.ts'
import { answered, answersOf, tryLine } from './answered.ts'
import { answerFiles } from './answers.ts'
import { type Input, type Line, RESULTS, readLine, textIn } from './lines.ts'
import { type Batch, openBatch } from './open.ts'

/** Lines that are answered in one pass over the users, and users held in memory for them, at most. */
const LINES_MAX = 1000
const USERS_MAX = 4_000_000

/**
 * Finds, for each line of its input, the users who are most likely to interact with an item, `{"itemId": …}`. Or, by
 * the recipe, with items that have some attributes: `{"itemAttributes": "ITEMS.genres = \"Comedy\" AND …"}`.
 * https://docs.aws.amazon.com/personalize/latest/dg/prepare-input-data-user-segment.html
 */
export const runBatchSegment: RunJob = async context => {
  const { numResults = RESULTS } = documentOf(context.job)
  using batch = await openBatch(context, 'UserID', { pool: openBatchPool(context.threads) })
  const size = Math.max(1, Math.min(LINES_MAX, Math.floor(USERS_MAX / numResults)))
  return await answerFiles(context, batch.recommender.recipe, async function* (chunks) {
    for await (const lines of inChunks(linesOf(chunks), size))
      for await (const answer of answerLines(context, batch, lines, numResults)) yield answersOf([answer])
  })
}

async function* answerLines({ store, report }: JobContext, batch: Batch, lines: readonly Line[], count: number) {
  const { sources, model, now } = batch
  const testOf = rememberedTests(batch)
  const tried = await Promise.all(
    lines.map(line =>
      tryLine(line, async (input): Promise<SegmentQuery> => {
        return { items: itemsIn(batch, input), passes: await testOf(input) }
      }),
    ),
  )
  const queries = tried.flatMap(line => ('made' in line ? line.made : []))
  const rowsTotal = sources.INTERACTIONS ? await store.interactions.count(sources.INTERACTIONS.id, 'ALL') : 0
  const users = readUsers(store, sources, model, rows => report({ phase: 'users', rows, rowsTotal }))
  const segments = queries.length > 0 ? await segmentUsers(users, model, queries, { count, now }) : []
  const found = segments.values()
  for (const [i, line] of tried.entries())
    yield 'made' in line ? answered(lines[i]!, { usersList: found.next().value! }) : line.failure
}

/** @throws InvalidInputException where there are none */
function itemsIn({ model, sources, recommender, now }: Batch, input: Input): Int32Array {
  if (recommender.recipe.request.itemId === 'required') {
    const itemId = textIn(input, 'itemId')
    if (!itemId) throw new InvalidInputException('itemId is missing: the item that the users are to be likely to want')
    const items = itemOf(model, itemId, now)
    if (items.length > 0) return items
    throw new InvalidInputException(`itemId: the solution version knows no item ${quote(itemId)}`)
  }
  const itemAttributes = textIn(input, 'itemAttributes')
  if (!itemAttributes) throw new InvalidInputException('itemAttributes is missing, such as ITEMS.GENRES = "Comedy"')
  const items = itemsWith(model, sources, itemAttributes, now)
  if (items.length > 0) return items
  throw new InvalidInputException('itemAttributes: the solution version knows no item that has them')
}

/** Lines with the same `filterValues` share a test, so that each user is tested once for all of them. */
function rememberedTests({ filterOf, sources }: Batch) {
  const tests = new Map<string, UserTest>()
  return async (input: Input): Promise<UserTest | undefined> => {
    const filter = await filterOf(input)?.(sources)
    if (!filter) return undefined
    return tests.getOrInsertComputed(JSON.stringify(input.filterValues ?? null), () => userTest(filter))
  }
}

async function* linesOf(chunks: AsyncIterable<readonly string[]>): AsyncGenerator<Line, undefined> {
  for await (const texts of chunks) yield* texts.map(readLine)
}
