import type { ShownPin } from '../inspect/pins.ts'
import { openApi, openInspection } from './client.ts'
import { printJson, printTable } from './print.ts'
import { arnOf } from './why.ts'

export interface PinOptions {
  readonly endpoint: string
  readonly campaign?: string
  readonly recommender?: string
  readonly user?: string
  readonly item?: string
  readonly json?: boolean
}

/** Prints the pinned answers. */
export async function listPins(options: PinOptions): Promise<void> {
  const answer = await openInspection(options.endpoint)<{ pins: readonly ShownPin[] }>('GET', '/inspect/pins', {
    query: await placeOf(options),
  })
  if (options.json) return printJson(answer)
  const rows = answer.pins.map(({ campaignArn, recommenderArn = campaignArn, userId, itemId, items, actions }) => {
    const of = recommenderArn!.slice(recommenderArn!.lastIndexOf(':') + 1)
    return { of, userId, itemId, answer: (items ?? actions)!.join(' ') }
  })
  printTable(['of', 'userId', 'itemId', 'answer'], rows)
}

/** Pins an answer. @throws Error with the server's message */
export async function setPin(ids: readonly string[], options: PinOptions): Promise<void> {
  const place = await placeOf(options)
  if (!place.campaignArn && !place.recommenderArn)
    throw new Error('name either the campaign with --campaign or the recommender with --recommender')
  await openInspection(options.endpoint)('PUT', '/inspect/pins', {
    body: { ...place, [await listOf(options, place)]: ids },
  })
}

/** The member for the ids: actions of a campaign that recommends these, items of others. */
async function listOf({ endpoint }: PinOptions, { campaignArn }: ShownPin): Promise<'items' | 'actions'> {
  if (!campaignArn) return 'items'
  const call = openApi(endpoint)
  const { campaign } = await call('DescribeCampaign', { campaignArn })
  const { solutionVersion } = await call('DescribeSolutionVersion', {
    solutionVersionArn: campaign!.solutionVersionArn!,
  })
  return solutionVersion!.recipeArn!.endsWith('/aws-next-best-action') ? 'actions' : 'items'
}

/** Removes pinned answers, and prints how many. */
export async function removePins(options: PinOptions): Promise<void> {
  const answer = await openInspection(options.endpoint)<{ removed: number }>('DELETE', '/inspect/pins', {
    query: await placeOf(options),
  })
  console.log(`Removed: ${answer.removed}`)
}

async function placeOf({ endpoint, campaign, recommender, user: userId, item: itemId }: PinOptions) {
  const call = openApi(endpoint)
  return {
    campaignArn: campaign && (await arnOf(call, 'campaign', campaign)),
    recommenderArn: recommender && (await arnOf(call, 'recommender', recommender)),
    userId,
    itemId,
  }
}
