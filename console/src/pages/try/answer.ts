import {
  GetActionRecommendationsCommand,
  GetPersonalizedRankingCommand,
  GetRecommendationsCommand,
} from '@aws-sdk/client-personalize-runtime'
import type { Api } from '../../session/api.ts'
import type { Call } from '../../shared/same-elsewhere.ts'

/** An item or an action of an answer. */
export interface Answered {
  readonly id: string
  readonly score?: number | undefined
  readonly promotionName?: string | undefined
}

/** The answer of a campaign or a recommender. */
interface Answer {
  readonly items: readonly Answered[]
  readonly recommendationId: string | undefined
  /** From the request to the reply, in milliseconds, as this browser measured it. */
  readonly ms: number
}

/** An answer with the call that it is for, and the number of events that had been put on the page before. */
export interface RoundAnswer extends Answer {
  readonly call: Call
  readonly round: number
}

/** Tells the user, session or item that a call of a campaign is about: lists of the same subject are compared. */
export function subjectOf({ input: { campaignArn, recommenderArn, userId, itemId } }: Call): string {
  return JSON.stringify([campaignArn ?? recommenderArn, userId, itemId])
}

/** Asks for recommendations of any of the three kinds. @throws the refusal of the server */
export async function ask({ runtime }: Api, { operation, input }: Call, abortSignal: AbortSignal): Promise<Answer> {
  const began = performance.now()
  const options = { abortSignal }
  const asAnswer = (items: readonly Answered[], recommendationId: string | undefined) => {
    return { items, recommendationId, ms: performance.now() - began }
  }
  if (operation === 'GetPersonalizedRanking') {
    const { personalizedRanking = [], recommendationId } = await runtime.send(
      new GetPersonalizedRankingCommand(input as never),
      options,
    )
    return asAnswer(personalizedRanking.map(asAnswered), recommendationId)
  }
  if (operation === 'GetActionRecommendations') {
    const { actionList = [], recommendationId } = await runtime.send(
      new GetActionRecommendationsCommand(input as never),
      options,
    )
    return asAnswer(
      actionList.map(({ actionId, score }) => ({ id: actionId!, score })),
      recommendationId,
    )
  }
  const { itemList = [], recommendationId } = await runtime.send(new GetRecommendationsCommand(input as never), options)
  return asAnswer(itemList.map(asAnswered), recommendationId)
}

function asAnswered({ itemId, score, promotionName }: { itemId?: string; score?: number; promotionName?: string }) {
  return { id: itemId!, score, promotionName }
}
