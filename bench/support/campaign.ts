import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { type CallOperation, openApi } from '../../src/cli/client.ts'
import { historyOf, type Question } from '../../src/engine/interactions.ts'
import { active } from './active.ts'
import { startPersonalite } from './processes.ts'
import { progress } from './progress.ts'
import type { Fold } from './protocols.ts'
import { GROUP, itemId, numberIn, userId } from './recipe-store.ts'

/** The most recommendations in a request: the service's own limit. */
const RESULTS_MAX = 500
/** The number of requests at a time. */
const CONNECTIONS = 8

/**
 * Returns the recommendations of a real server, in the data set's numbers. It trains and deploys a solution of this
 * recipe through the API, on a copy of a filled store. It puts the events of a question that were not trained on with
 * PutEvents, and removes the items that the user had from the list.
 */
export async function throughCampaign(
  recipeArn: string,
  { dataDir, fold, count }: { readonly dataDir: string; readonly fold: Fold; readonly count: number },
  questions: readonly Question[],
): Promise<number[][]> {
  const copy = mkdtempSync(`${tmpdir()}/personalite-campaign-`)
  cpSync(dataDir, copy, { recursive: true })
  const server = await startPersonalite(copy)
  try {
    const call = openApi(server.url)
    const campaignArn = await deploy(call, recipeArn)
    const { trackingId } = await call('CreateEventTracker', { name: 'accuracy', datasetGroupArn: GROUP })
    const lists: number[][] = []
    const bar = progress('asking a campaign', questions.length)
    const queue = inTurn(questions)
    const askAll = async () => {
      for (const some of queue)
        for (const { at, question } of some) {
          await putNewer(call, trackingId!, fold, question)
          lists[at] = await ask(call, campaignArn, question, count)
          bar.add(1)
        }
    }
    await Promise.all(Array.from({ length: CONNECTIONS }, askAll))
    bar.done()
    return lists
  } finally {
    await server.stop()
    rmSync(copy, { recursive: true })
  }
}

/** The questions of each user, those with the fewest events first: events that were put cannot be taken back. */
function inTurn(questions: readonly Question[]) {
  const placed = questions.map((question, at) => ({ at, question }))
  const ofUsers = Map.groupBy(placed, ({ question }) => question.user)
  const lengthOf = ({ question }: { readonly question: Question }) => question.history.length
  return ofUsers.values().map(some => some.sort((a, b) => lengthOf(a) - lengthOf(b)))
}

async function deploy(call: CallOperation, recipeArn: string): Promise<string> {
  const { solutionArn } = await call('CreateSolution', { name: 'accuracy', datasetGroupArn: GROUP, recipeArn })
  const { solutionVersionArn } = await call('CreateSolutionVersion', { solutionArn: solutionArn! })
  await active(async () => {
    const { solutionVersion } = await call('DescribeSolutionVersion', { solutionVersionArn: solutionVersionArn! })
    return solutionVersion
  })
  const { campaignArn } = await call('CreateCampaign', { name: 'accuracy', solutionVersionArn: solutionVersionArn! })
  await active(async () => (await call('DescribeCampaign', { campaignArn: campaignArn! })).campaign)
  return campaignArn!
}

/** Puts the events of a question's history that were not in the training data, in their order. */
async function putNewer(
  call: CallOperation,
  trackingId: string,
  { train }: Fold,
  { user, history }: Question,
): Promise<void> {
  const known = historyOf(train, user).length
  const last = known > 0 ? train.times?.[train.offsets[user + 1]! - 1] : undefined
  const start = last === undefined ? 1e9 + known : last + 1
  const eventList = Array.from(history.subarray(known), (item, at) => ({
    eventType: 'interaction',
    itemId: itemId(item),
    sentAt: start + at,
  }))
  for (let from = 0; from < eventList.length; from += 10)
    await call('PutEvents', {
      trackingId,
      userId: userId(user),
      sessionId: `session-${user}`,
      eventList: eventList.slice(from, from + 10),
    } as never)
}

async function ask(
  call: CallOperation,
  campaignArn: string,
  { user, history }: Question,
  count: number,
): Promise<number[]> {
  const had = new Set(history)
  const numResults = Math.min(RESULTS_MAX, count + had.size)
  const { itemList } = await call('GetRecommendations', { campaignArn, userId: userId(user), numResults })
  const items = itemList!.map(({ itemId }) => numberIn(itemId!))
  return items.filter(item => !had.has(item)).slice(0, count)
}
