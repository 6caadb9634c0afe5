import { type Reason, reasonInWords } from '../contract/reasons.ts'
import { type CallOperation, type Get, openApi, openClient } from './client.ts'
import { pagesOf } from './pages.ts'
import { printJson, printTable, type TableRow } from './print.ts'

export interface WhyOptions {
  readonly endpoint: string
  readonly campaign?: string
  readonly recommender?: string
  readonly item?: string
  readonly session?: string
  readonly filter?: string
  readonly filterValue?: Readonly<Record<string, string>>
  readonly context?: Readonly<Record<string, string>>
  readonly limit?: string
  readonly json?: boolean
}

export interface ShownItem {
  readonly itemId?: string
  readonly actionId?: string
  readonly score?: number
  readonly rank: number | null
  readonly isExplored: boolean
  readonly reasons: readonly Reason[]
}

/** The answer of `GET /inspect/why`. */
export interface Explanation {
  readonly recipe: string
  readonly events: number
  readonly items: readonly ShownItem[]
}

const COLUMNS = ['#', 'itemId', 'actionId', 'score', 'because', 'contribution', 'without it #']
const REASONS_SHOWN = 3
/** A rank beyond those that the server computes. */
export const FAR_DOWN = '> 1000'

/** Prints the reasons for the recommendations of a campaign or recommender to a user. */
export async function showWhy(userId: string | undefined, options: WhyOptions): Promise<void> {
  const get = openClient(options.endpoint)
  const answer = await askWhy(get, openApi(options.endpoint), userId, options)
  if (options.json) return printJson(answer)
  printTable(COLUMNS, answer.items.flatMap(rowsOf))
  if (userId !== undefined && answer.events === 0) console.log(`\nNo event of ${JSON.stringify(userId)} counts.`)
}

async function askWhy(
  get: Get,
  call: CallOperation,
  userId: string | undefined,
  options: WhyOptions,
): Promise<Explanation> {
  const { campaign, recommender, item, session, filter, filterValue, context, limit } = options
  if ((campaign === undefined) === (recommender === undefined))
    throw new Error('name either the campaign with --campaign or the recommender with --recommender')
  return get('/inspect/why', {
    campaignArn: campaign && (await arnOf(call, 'campaign', campaign)),
    recommenderArn: recommender && (await arnOf(call, 'recommender', recommender)),
    filterArn: filter && (await arnOf(call, 'filter', filter)),
    userId,
    sessionId: session,
    itemId: item,
    context: context && JSON.stringify(context),
    filterValues: filterValue && JSON.stringify(filterValue),
    limit,
  })
}

type Named = 'campaign' | 'recommender' | 'filter'

/**
 * Returns the ARN of the resource with this name; an ARN is returned as it is. @throws Error naming the existing
 * resources
 */
export async function arnOf(call: CallOperation, kind: Named, name: string): Promise<string> {
  if (name.startsWith('arn:')) return name
  const names: string[] = []
  for await (const page of pagesOf(nextToken => list(call, kind, nextToken)))
    for (const { name: found, arn } of page.found) {
      if (found === name) return arn!
      names.push(found!)
    }
  if (names.length === 0) throw new Error(`the server has no ${kind} yet`)
  const there = names.slice(0, 20).join(', ')
  throw new Error(`there is no ${kind} ${name}; there are: ${there}${names.length > 20 ? ', ...' : ''}`)
}

async function list(call: CallOperation, kind: Named, nextToken: string | undefined) {
  if (kind === 'campaign') {
    const page = await call('ListCampaigns', { nextToken, maxResults: 100 })
    return { found: (page.campaigns ?? []).map(one => ({ ...one, arn: one.campaignArn })), nextToken: page.nextToken }
  }
  if (kind === 'recommender') {
    const page = await call('ListRecommenders', { nextToken, maxResults: 100 })
    const found = (page.recommenders ?? []).map(one => ({ ...one, arn: one.recommenderArn }))
    return { found, nextToken: page.nextToken }
  }
  const page = await call('ListFilters', { nextToken, maxResults: 100 })
  return { found: (page.Filters ?? []).map(one => ({ ...one, arn: one.filterArn })), nextToken: page.nextToken }
}

/** Returns a row for each of the strongest reasons. The first row has the item. */
function rowsOf({ itemId, actionId, score, rank, isExplored, reasons }: ShownItem): readonly TableRow[] {
  // Popular items that fill up a list have the score 0.
  const fills = ({ kind, contribution }: Reason) => contribution === 0 && /^(popularity|everybody)$/.test(kind)
  const shown = reasons.filter(reason => reason.kind !== 'floor' && (reason.contribution > 0 || fills(reason)))
  const strongest = shown.slice(0, REASONS_SHOWN).map(reason => ({
    because: wordsFor(reason),
    contribution: Number(reason.contribution.toFixed(3)),
    'without it #': reason.rankWithout === null ? FAR_DOWN : reason.rankWithout,
  }))
  const explored = isExplored ? [{ because: 'explored, to learn about it' }] : []
  const lines: readonly TableRow[] = [...explored, ...strongest]
  const [first = { because: 'no reason for it' }, ...others] = lines
  return [{ '#': rank ?? FAR_DOWN, itemId, actionId, score, ...first }, ...others]
}

/** Returns a reason in words, such as `view tent-3` or `MEMBERSHIP_TYPE: Member`. */
export function wordsFor(reason: Reason): string {
  const words = reasonInWords(reason)
  return reason.alike ? `${words} (${reason.alike.join(', ')})` : words
}
