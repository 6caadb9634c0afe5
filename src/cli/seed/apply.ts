import { setTimeout } from 'node:timers/promises'
import type { CallOperation } from '../client.ts'
import { pagesOf } from '../pages.ts'
import type { Seed, SeedDataset, SeedSolution } from './declared.ts'
import { type PutRows, readRows, type Target } from './rows.ts'

/** The tag of a dataset group that is whole, with the hash of its seed. */
const TAG = 'personalite:seed'
const LOOK_EVERY_MS = 50

/** A dataset group that a seed describes. */
interface Applied {
  readonly datasetGroupArn: string
  /** Whether it was there already, of the same seed. */
  readonly wasThere: boolean
}

/**
 * Creates through the API what a seed declares, puts its rows, and trains it. A dataset group of the same seed is left
 * as it is.
 * @throws Error of the server, with the place in the file. Before anything is created: if the group is there and is of
 *   another seed, or of one that failed, or if rows are wrong
 */
export async function applySeed(call: CallOperation, seed: Seed): Promise<Applied> {
  const there = await at(seed.group.place, findGroup(call, seed))
  if (there) return { datasetGroupArn: there, wasThere: true }
  const rows: PutRows[] = []
  for (const dataset of seed.datasets) rows.push(await readRows(dataset))
  return { datasetGroupArn: await create(call, seed, rows), wasThere: false }
}

async function findGroup(call: CallOperation, { group, hash }: Seed): Promise<string | undefined> {
  const { name } = group.input
  for await (const page of pagesOf(nextToken => call('ListDatasetGroups', { maxResults: 100, nextToken }))) {
    const found = page.datasetGroups?.find(one => one.name === name)?.datasetGroupArn
    if (found === undefined) continue
    const { tags = [] } = await call('ListTagsForResource', { resourceArn: found })
    if (tags.some(({ tagKey, tagValue }) => tagKey === TAG && tagValue === hash)) return found
    throw new Error(`there is a dataset group ${name} that is not of this file as it is now: delete it, or rename one`)
  }
  return undefined
}

async function create(call: CallOperation, seed: Seed, rows: readonly PutRows[]): Promise<string> {
  const { group, datasets, filters, solutions, recommenders } = seed
  const { datasetGroupArn = '' } = await at(group.place, call('CreateDatasetGroup', group.input))
  const targets: Target[] = []
  for (const dataset of datasets) targets.push(await at(dataset.place, createDataset(call, dataset, datasetGroupArn)))
  for (const { place, input } of filters) await at(place, call('CreateFilter', { ...input, datasetGroupArn }))
  const solutionArns: string[] = []
  for (const { place, input } of solutions)
    solutionArns.push((await at(place, call('CreateSolution', { ...input, datasetGroupArn }))).solutionArn!)
  for (const [i, { place }] of datasets.entries()) await at(place, rows[i]!(call, targets[i]!))
  await Promise.all([
    ...solutions.map((solution, i) => at(solution.place, deploy(call, solution, solutionArns[i]!))),
    ...recommenders.map(({ place, input }) => at(place, recommend(call, { ...input, datasetGroupArn }))),
  ])
  await call('TagResource', { resourceArn: datasetGroupArn, tags: [{ tagKey: TAG, tagValue: seed.hash }] })
  return datasetGroupArn
}

/** Creates a dataset with its schema, and for events their tracker. */
async function createDataset(
  call: CallOperation,
  { type: datasetType, input }: SeedDataset,
  datasetGroupArn: string,
): Promise<Target> {
  const { name } = input
  const { schemaArn = '' } = await call('CreateSchema', input)
  const { datasetArn = '' } = await call('CreateDataset', { name, datasetType, datasetGroupArn, schemaArn })
  if (datasetType === 'Interactions') {
    const { trackingId = '' } = await call('CreateEventTracker', { name, datasetGroupArn })
    return { datasetArn, trackingId }
  }
  const { dataset } = await call('DescribeDataset', { datasetArn })
  return { datasetArn, trackingId: dataset?.trackingId ?? '' }
}

/** Trains a solution, and creates its campaign. @throws Error if that fails */
async function deploy(call: CallOperation, { campaign }: SeedSolution, solutionArn: string): Promise<void> {
  const { solutionVersionArn = '' } = await call('CreateSolutionVersion', { solutionArn })
  await active(async () => (await call('DescribeSolutionVersion', { solutionVersionArn })).solutionVersion)
  const { campaignArn = '' } = await call('CreateCampaign', { ...campaign, solutionVersionArn })
  await active(async () => (await call('DescribeCampaign', { campaignArn })).campaign)
}

async function recommend(call: CallOperation, input: Parameters<typeof call<'CreateRecommender'>>[1]): Promise<void> {
  const { recommenderArn = '' } = await call('CreateRecommender', input)
  await active(async () => (await call('DescribeRecommender', { recommenderArn })).recommender)
}

type Looked = { readonly status?: string | undefined; readonly failureReason?: string | undefined } | undefined

/** Resolves when a resource is ACTIVE. @throws Error if it failed or was stopped */
async function active(look: () => Promise<Looked>): Promise<void> {
  for (;;) {
    const { status = '', failureReason } = (await look()) ?? {}
    if (status === 'ACTIVE') return
    if (!/PENDING|PROGRESS/.test(status)) throw new Error(`${status}: ${failureReason ?? 'it has no model'}`)
    await setTimeout(LOOK_EVERY_MS)
  }
}

/** Adds the place in the file to an error of the server. */
async function at<Result>(place: string, work: Promise<Result>): Promise<Result> {
  try {
    return await work
  } catch (error) {
    throw new Error(`${place}: ${(error as Error).message}`)
  }
}
