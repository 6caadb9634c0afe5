import { InvalidInputException } from '../../contract/errors.ts'
import type { Recipe } from '../../recipes/recipe.ts'
import { assertAsked } from '../../recommender/request/prepare-request.ts'
import { readTogether } from '../../recommender/request/read-together.ts'
import { rankList, recommend } from '../../recommender/request/recommend.ts'
import { EXPLORED } from '../../recommender/serving/item-texts.ts'
import type { Recommendations } from '../../recommender/serving/recommendations.ts'
import type { Store } from '../../store/store.ts'
import { documentOf } from '../documents.ts'
import { type Answers, answered, answersOf, tryLine } from './answered.ts'
import { type Input, RESULTS, readLine, textIn, textsIn, valuesIn } from './lines.ts'
import { type Batch, type BatchContext, openBatch } from './open.ts'

/** Lines that are answered together, so that their reads are made together. */
export const ANSWERED_TOGETHER = 64

/** The model of a batch inference job, which answers lines of input in this thread. */
export interface Inference extends Disposable {
  readonly recipe: Recipe
  /** When the job began, in milliseconds since 1970. */
  readonly begun: number
  /** @param texts no more lines than are answered together */
  answer(texts: readonly string[]): Promise<Answers>
}

/**
 * Loads the model of a batch inference job.
 * @param begun when the job began, if that was not just now
 * @throws as `openBatch` does
 */
export async function openInference(context: BatchContext, begun?: number): Promise<Inference> {
  const { numResults = RESULTS, batchInferenceJobConfig: settings } = documentOf(context.job)
  const batch = await openBatch(context, 'ItemID', { settings, begun })
  const { recipe } = batch.recommender
  const isRanking = recipe.request.operation === 'GetPersonalizedRanking'
  const store = readTogether(context.store, ANSWERED_TOGETHER)
  const find = (input: Input) => (isRanking ? rank(store, batch, input) : recommendTo(store, batch, input, numResults))
  const hasScores = batch.model.ranker.hasProbabilities === true
  const answer = async (text: string) => {
    const line = readLine(text)
    const tried = await tryLine(line, find)
    return 'made' in tried
      ? answered(line, outputOf(tried.made, { hasScores, hasReasons: !!recipe.explores }))
      : tried.failure
  }
  return {
    recipe,
    begun: batch.now,
    async answer(texts) {
      return answersOf(await Promise.all(texts.map(answer)))
    },
    [Symbol.dispose]: () => batch[Symbol.dispose](),
  }
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
 * they have seven digits at most, as the service writes of most. With aws-user-personalization-v2 each item has a list
 * of reasons, mostly an empty one (batch-data-upload.md, which does not name the member).
 */
function outputOf(
  { ids, scores, explored }: Recommendations,
  { hasScores, hasReasons }: { readonly hasScores: boolean; readonly hasReasons: boolean },
) {
  const recommendedItems = ids.slice()
  return {
    recommendedItems,
    scores: hasScores ? recommendedItems.map((_, at) => scores?.[at] || 0) : undefined,
    reasons: hasReasons ? recommendedItems.map((_, at) => (explored?.[at] === 1 ? EXPLORED : [])) : undefined,
  }
}
