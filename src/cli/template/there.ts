import { isUnfinished, phaseOf } from '../../store/statuses.ts'
import { ApiError } from '../client.ts'
import { pagesOf } from '../pages.ts'
import { sameArn } from './compare.ts'
import type { Tree } from './faults.ts'
import { isPending } from './pending.ts'
import { IMPORT } from './properties.ts'
import { type ResourceType, resourceTypes } from './types.ts'

/** A resource that is there, as Describe returns it. */
export interface Found {
  readonly arn: string
  readonly document: Tree
}

/** Reads by the public API what is there. Lists are read once. */
export interface There {
  /** The resource that the input of a Create operation would be, were it not there already. */
  find(type: ResourceType, input: Tree, wanted?: Wanted): Promise<Found | undefined>
  /** All resources of a type, or those that belong to another resource: `{ datasetGroupArn }`. */
  list(type: ResourceType, of?: Tree): Promise<readonly Tree[]>
  /** The resource with its tags, its metrics, or its import: undefined if there is none. */
  describe(type: ResourceType, arn: string): Promise<Found | undefined>
}

/** The wishes of a template about a solution version, beside its properties. */
interface Wanted {
  /** The names of the campaigns that are to serve it. */
  readonly campaigns?: readonly string[]
}

/** Whether a resource will not become ACTIVE any more: it failed, or was stopped. */
export function hasFailed(status: unknown): boolean {
  return ['failed', 'stopped'].includes(phaseOf(String(status))!)
}

/** Calls any operation by its name alone. */
export type CallByName = (name: string, input: Tree) => Promise<Tree>

/** Returns a reader of what is there. */
export function openThere(call: CallByName): There {
  const lists = new Map<string, Promise<readonly Tree[]>>()
  const list: There['list'] = (type, of = {}) => {
    const key = JSON.stringify([type.noun, of])
    return lists.getOrInsertComputed(key, () => listAll(call, type, of))
  }
  const describe: There['describe'] = (type, arn) => describeOf(call, type, arn)
  return { list, describe, find: (type, input, wanted) => find({ list, describe }, type, input, wanted) }
}

/** The types that a dataset group has once at most. */
const ONE_A_GROUP = ['EventTracker', 'MetricAttribution']

/** Whether a dataset group has one at most, of datasets of each type, so that another name makes no other one. */
export function isOnlyOne({ noun }: ResourceType): boolean {
  return noun === 'Dataset' || ONE_A_GROUP.includes(noun)
}

/** The member of a Create operation by which a List operation finds the others; the name is unique among them. */
const PARENTS: Readonly<Record<string, string>> = {
  Dataset: 'datasetGroupArn',
  EventTracker: 'datasetGroupArn',
  MetricAttribution: 'datasetGroupArn',
  DataDeletionJob: 'datasetGroupArn',
  DatasetImportJob: 'datasetArn',
  DatasetExportJob: 'datasetArn',
  BatchInferenceJob: 'solutionVersionArn',
  BatchSegmentJob: 'solutionVersionArn',
}

/** Returns a text that is the same for two inputs if only one of the two resources can be there. */
export function identityOf({ noun, name }: ResourceType, input: Tree): string {
  const { datasetGroupArn, solutionArn, datasetType } = input
  if (ONE_A_GROUP.includes(noun)) return `the ${noun} of ${datasetGroupArn}`
  if (noun === 'Dataset') return `the ${String(datasetType).toUpperCase()} of ${datasetGroupArn}`
  if (noun === 'SolutionVersion') return `${input.name ?? 'the version without a name'} of ${solutionArn}`
  return `${noun} ${input[name]}`
}

async function find(
  there: Omit<There, 'find'>,
  type: ResourceType,
  input: Tree,
  { campaigns = [] }: Wanted = {},
): Promise<Found | undefined> {
  if (type.noun === 'SolutionVersion') return findVersion(there, type, input, campaigns)
  const parent = PARENTS[type.noun]
  if (parent !== undefined && isPending(input[parent])) return undefined
  const all = await there.list(type, parent === undefined ? {} : { [parent]: input[parent] })
  const isNamed = (other: Tree) => other[type.name] === input[type.name]
  const isOfType = ({ datasetType }: Tree) =>
    type.noun === 'Dataset' && String(datasetType).toUpperCase() === String(input.datasetType).toUpperCase()
  const found = all.find(isOfType) ?? all.find(isNamed) ?? (ONE_A_GROUP.includes(type.noun) ? all[0] : undefined)
  if (!found) return undefined
  const described = await there.describe(type, found[type.arn] as string)
  const job = input[IMPORT] as Tree | undefined
  if (!described || !job) return described
  return { ...described, document: { ...described.document, [IMPORT]: await importOf(there, described.arn, job) } }
}

/** The import of this name into the dataset. */
async function importOf(there: Omit<There, 'find'>, datasetArn: string, { jobName }: Tree): Promise<Tree | undefined> {
  const type = resourceTypes.DatasetImportJob!
  const found = (await there.list(type, { datasetArn })).find(job => job.jobName === jobName)
  return found && (await there.describe(type, found[type.arn] as string))?.document
}

/**
 * A solution version with a name is found by it. Without one, it is the version that its campaign serves, or else the
 * newest of those whose training neither failed nor was stopped.
 */
async function findVersion(
  there: Omit<There, 'find'>,
  type: ResourceType,
  { solutionArn, name }: Tree,
  campaigns: readonly string[],
): Promise<Found | undefined> {
  if (isPending(solutionArn)) return undefined
  const all = (await there.list(type, { solutionArn })).toSorted(newestFirst)
  if (name !== undefined) {
    for (const version of all) {
      const found = await there.describe(type, version[type.arn] as string)
      if (found?.document.name === name) return found
    }
    return undefined
  }
  const served = await servedBy(there, campaigns)
  const usable = all.filter(isOfUse)
  const chosen = usable.find(version => served.some(arn => sameArn(arn, version[type.arn]))) ?? usable[0]
  return chosen && there.describe(type, chosen[type.arn] as string)
}

async function servedBy(there: Omit<There, 'find'>, names: readonly string[]): Promise<readonly string[]> {
  if (names.length === 0) return []
  const type = resourceTypes.Campaign!
  const campaigns = (await there.list(type)).filter(({ name }) => names.includes(name as string))
  const found = await Promise.all(campaigns.map(({ campaignArn }) => there.describe(type, campaignArn as string)))
  return found.flatMap(campaign => (campaign ? [campaign.document.solutionVersionArn as string] : []))
}

const isOfUse = ({ status }: Tree) => isUnfinished({ status: String(status) }) || phaseOf(String(status)) === 'done'
const newestFirst = (one: Tree, other: Tree) => Number(other.creationDateTime) - Number(one.creationDateTime)

async function listAll(call: CallByName, { list, items }: ResourceType, of: Tree): Promise<readonly Tree[]> {
  const all: Tree[] = []
  const read = (nextToken: string | undefined) =>
    call(list, { ...of, maxResults: 100, ...(nextToken !== undefined && { nextToken }) })
  for await (const page of pagesOf(read)) all.push(...((page[items] ?? []) as readonly Tree[]))
  return all
}

async function describeOf(call: CallByName, type: ResourceType, arn: string): Promise<Found | undefined> {
  try {
    const document = (await call(type.describe, { [type.arn]: arn }))[type.document] as Tree
    return { arn, document: { ...document, ...(await membersOf(call, type, arn, document)) } }
  } catch (error) {
    if (error instanceof ApiError && error.code === 'ResourceNotFoundException') return undefined
    throw error
  }
}

/**
 * The members in which Describe differs from Create: it leaves out the metrics of a metric attribution, and calls a
 * solution version that was given no name SOLUTION/ID.
 */
async function membersOf(
  call: CallByName,
  { noun }: ResourceType,
  metricAttributionArn: string,
  { name }: Tree,
): Promise<Tree> {
  if (noun === 'SolutionVersion' && String(name).includes('/')) return { name: undefined }
  if (noun !== 'MetricAttribution') return {}
  const { metrics } = await call('ListMetricAttributionMetrics', { metricAttributionArn, maxResults: 100 })
  return { metrics }
}

/** Returns the tags of a resource. */
export async function tagsOf(call: CallByName, resourceArn: string): Promise<readonly Tree[]> {
  return ((await call('ListTagsForResource', { resourceArn })).tags ?? []) as readonly Tree[]
}
