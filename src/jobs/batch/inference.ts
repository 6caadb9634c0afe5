import { InvalidInputException } from '../../contract/errors.ts'
import { assertAsked } from '../../recommender/request/prepare-request.ts'
import { readTogether } from '../../recommender/request/read-together.ts'
import { rankList, recommend } from '../../recommender/request/recommend.ts'
import { ASKED_TOGETHER } from '../../recommender/serving/pools.ts'
import type { Recommendations } from '../../recommender/serving/recommendations.ts'
import type { Store } from '../../store/store.ts'
import type { RunJob } from '../context.ts'
import { documentOf } from '../documents.ts'
import { answerFiles, lineOf, tryLine } from './answers.ts'
import { type Input, type Line, RESULTS, textIn, textsIn, valuesIn } from './lines.ts'
import { type Batch, openBatch } from './open.ts'

/** Lines that are answered at once, so that their reads are made together, and several of them are scored at a time. */
const AT_ONCE = 4 * ASKED_TOGETHER

/**
 * Recommends items for each line of its input: `{"userId": …}`, `{"itemId": …}` or `{"userId": …, "itemList": […]}` by
 * the recipe, with `filterValues` and `context` where they are wanted. A line that cannot be answered says why.
 * https://docs.aws.amazon.com/personalize/latest/dg/getting-batch-recommendations.html
 */
export const runBatchInference: RunJob = async context => {
  const { numResults = RESULTS, batchInferenceJobConfig } = documentOf(context.job)
  using batch = await openBatch(context, 'ItemID', batchInferenceJobConfig)
  const isRanking = batch.recommender.recipe.request.operation === 'GetPersonalizedRanking'
  const store = readTogether(context.store, AT_ONCE)
  const find = (input: Input) => (isRanking ? rank(store, batch, input) : recommendTo(store, batch, input, numResults))
  const hasScores = batch.model.ranker.hasProbabilities === true
  const answer = async (line: Line) => {
    const tried = await tryLine(line, find)
    return 'made' in tried ? lineOf(line.input, outputOf(tried.made, hasScores)) : tried.failure
  }
  const progress = await answerFiles(context, batch.recommender.recipe.name, async function* (chunks) {
    // The next lines are begun before the last are awaited, so that no thread waits for the slowest of them.
    let last = Promise.resolve<readonly string[]>([])
    for await (const lines of chunks)
      for (let at = 0; at < lines.length; at += AT_ONCE) {
        const next = Promise.all(lines.slice(at, at + AT_ONCE).map(answer))
        next.catch(() => {}) // thrown where it is awaited
        yield* await last
        last = next
      }
    yield* await last
  })
  return { progress }
}

async function recommendTo(store: Store, batch: Batch, input: Input, numResults: number) {
  const asked = { ...askedIn(batch, input), itemId: textIn(input, 'itemId'), numResults }
  assertAsked(batch.recommender.recipe, asked)
  return recommend(store, batch.serving, batch.recommender, asked)
}

async function rank(store: Store, batch: Batch, input: Input) {
  const asked = askedIn(batch, input)
  assertAsked(batch.recommender.recipe, asked)
  const inputList = textsIn(input, 'itemList')
  if (!inputList) throw new InvalidInputException('itemList is missing: the items that are to be ranked')
  return rankList(store, batch.serving, batch.recommender, { ...asked, inputList })
}

function askedIn({ filterOf, now }: Batch, input: Input) {
  return { userId: textIn(input, 'userId'), context: valuesIn(input, 'context'), filter: filterOf(input), now }
}

/**
 * An item unknown to the model, at the end of a ranking, has the score 0. Scores are probabilities to seven decimals:
 * they have seven digits at most, as the service writes of most.
 */
function outputOf({ ids, scores }: Recommendations, hasScores: boolean) {
  const recommendedItems = ids.slice()
  if (!hasScores) return { recommendedItems }
  return { recommendedItems, scores: recommendedItems.map((_, at) => scores?.[at] || 0) }
}
