import { yieldToRequests } from '../../recommender/serving/pools.ts'
import type { JobContext, RunJob } from '../context.ts'
import { openAnswerers } from './answerers.ts'
import { openAnsweringThread } from './answering-thread.ts'
import { answerFiles } from './answers.ts'

/** To start a thread takes this many times as long as to load its code and model: its code is slow at first. */
const START = 2

/** How long this thread took to load the code, in milliseconds: at its first batch. */
let codeMs: number | undefined

/**
 * Recommends items for each line of its input: `{"userId": …}`, `{"itemId": …}` or `{"userId": …, "itemList": […]}` by
 * the recipe, with `filterValues` and `context` where they are wanted. A line that cannot be answered says why.
 * https://docs.aws.amazon.com/personalize/latest/dg/getting-batch-recommendations.html
 */
export const runBatchInference: RunJob = async context => {
  yieldToRequests('batch')
  const [bytesBefore, from] = [process.memoryUsage.rss(), performance.now()]
  const { ANSWERED_TOGETHER, openInference } = await import('./open-inference.ts')
  const loaded = performance.now()
  codeMs ??= loaded - from
  using inference = await openInference(context)
  const bytes = process.memoryUsage.rss() - bytesBefore
  const startMs = START * (codeMs + performance.now() - loaded)
  const { recipe, begun, answer } = inference
  const { store, dataDir, models, job } = context
  const start = () => {
    const { handle, transfer } = store.share()
    return openAnsweringThread({ handle, dataDir, models, job, begun }, transfer)
  }
  await using answerers = openAnswerers({ own: answer, most: otherThreads(context, bytes), startMs, start })
  return await answerFiles(context, recipe, (chunks, left) =>
    answerers.answerAll(inParts(chunks, ANSWERED_TOGETHER), left),
  )
}

/** How many other threads answer a batch, where each needs `bytes`: they take half of the free memory at most. */
function otherThreads({ threads }: JobContext, bytes: number): number {
  return Math.min(threads - 1, Math.floor(process.availableMemory() / 2 / Math.max(1, bytes)))
}

/** The same lines, this many at a time at most. */
async function* inParts(chunks: AsyncIterable<readonly string[]>, most: number): AsyncGenerator<readonly string[]> {
  for await (const lines of chunks) for (let at = 0; at < lines.length; at += most) yield lines.slice(at, at + most)
}
