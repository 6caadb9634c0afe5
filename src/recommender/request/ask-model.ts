import type { Answer, Query } from '../families/ranker.ts'
import type { LoadedModel } from '../serving/open-model.ts'

/**
 * Asks a model, maybe in another thread.
 * @param use called with the answer, which holds until it returns
 */
export async function askModel<Result>(
  { ranker }: Pick<LoadedModel, 'ranker'>,
  query: Query,
  use: (answer: Answer) => Result,
): Promise<Result> {
  return ranker.askSoon ? ranker.askSoon(query, use) : use(ranker.ask(query))
}
