import { createHash } from 'node:crypto'
import {
  InvalidInputException,
  InvalidNextTokenException,
  ResourceAlreadyExistsException,
  ResourceInUseException,
  ResourceNotFoundException,
} from '../../contract/errors.ts'
import { modelled } from '../../contract/modelled.ts'
import { isRemovedWithParent } from '../../store/kinds.ts'
import type { NewResource, Resource, ResourceHead, ResourceQuery, ResourceStore } from '../../store/resource-store.ts'
import { isUnfinished } from '../../store/statuses.ts'
import { isStoreError, type Store } from '../../store/store.ts'
import { addTags } from '../tags/tagged.ts'

/** The kinds of resource, which are also the first part of their ARNs. */
export type Kind =
  | 'schema'
  | 'dataset-group'
  | 'dataset'
  | 'event-tracker'
  | 'filter'
  | 'dataset-import-job'
  | 'dataset-export-job'
  | 'data-deletion-job'
  | 'solution'
  | 'solution-version'
  | 'campaign'
  | 'recommender'
  | 'batch-inference-job'
  | 'batch-segment-job'
  | 'metric-attribution'

/** The names of the kinds in messages. */
export const KIND_NAMES: Readonly<Record<Kind, string>> = {
  schema: 'schema',
  'dataset-group': 'dataset group',
  dataset: 'dataset',
  'event-tracker': 'event tracker',
  filter: 'filter',
  'dataset-import-job': 'dataset import job',
  'dataset-export-job': 'dataset export job',
  'data-deletion-job': 'data deletion job',
  solution: 'solution',
  'solution-version': 'solution version',
  campaign: 'campaign',
  recommender: 'recommender',
  'batch-inference-job': 'batch inference job',
  'batch-segment-job': 'batch segment job',
  'metric-attribution': 'metric attribution',
}

/** Returns a resource. @throws ResourceNotFoundException where there is no resource of this kind with this ARN */
export async function findResource(
  { resources }: { readonly resources: Pick<ResourceStore, 'get'> },
  kind: Kind,
  arn: string,
): Promise<Resource> {
  const resource = await resources.get(arn)
  if (resource?.kind !== kind) throw notFound(kind, arn, resource?.kind ?? kindIn(arn))
  return resource
}

/**
 * Checks the status of a resource.
 * @throws ResourceInUseException where the status is another that will change by itself
 * @throws InvalidInputException where the status is another that will not
 */
export function assertStatus({ kind, arn, status }: Resource, ...allowed: readonly string[]): void {
  if (allowed.includes(status)) return
  const found = `The ${KIND_NAMES[kind as Kind]} ${arn} is ${status}, not ${allowed.join(' or ')}`
  if (isUnfinished({ status })) throw new ResourceInUseException(`${found}: try again later`)
  throw new InvalidInputException(found)
}

/**
 * Stores a new resource.
 * @throws ResourceAlreadyExistsException
 * @throws ResourceNotFoundException where a resource that it belongs to was just deleted
 * @throws InvalidInputException, TooManyTagsException for its tags
 */
export async function createResource(store: Store, resource: NewResource & { kind: Kind }): Promise<Resource> {
  const tags = addTags([], resource.tags ?? [])
  try {
    return await store.resources.create({ ...resource, tags })
  } catch (error) {
    if (isStoreError(error, 'exists')) {
      throw new ResourceAlreadyExistsException(`Another resource with Arn ${resource.arn} already exists.`)
    }
    if (isStoreError(error, 'missing')) throw new ResourceNotFoundException(error.message)
    throw error
  }
}

/**
 * Removes a resource, unless other resources are in it, use it or work on it.
 * @throws ResourceNotFoundException
 * @throws ResourceInUseException with the resources that block, or with a status that will change by itself
 */
export async function removeResource(store: Store, kind: Kind, arn: string): Promise<void> {
  const { status } = await findResource(store, kind, arn)
  if (isUnfinished({ status })) {
    throw new ResourceInUseException(`The ${KIND_NAMES[kind]} ${arn} cannot be deleted while it is ${status}`)
  }
  try {
    await store.resources.remove(arn)
  } catch (error) {
    if (isStoreError(error, 'missing')) throw notFound(kind, arn)
    if (!isStoreError(error, 'referenced')) throw error
    throw new ResourceInUseException(
      `The ${KIND_NAMES[kind]} ${arn} cannot be deleted while it is in use by: ${(await blockers(store, arn)).join(', ')}`,
    )
  }
}

/** The most blocking resources that a message names. */
const BLOCKERS_MAX = 10

/** Returns the ARNs of the resources that must be deleted, or finish, before the resource can be removed. */
async function blockers({ resources }: Store, arn: string): Promise<readonly string[]> {
  const found: ResourceHead[] = []
  for (const kind of Object.keys(KIND_NAMES).filter(kind => !isRemovedWithParent({ kind })))
    found.push(...(await resources.list({ parent: arn, kind, limit: BLOCKERS_MAX + 1 })))
  const isIn = async ({ kind, parent }: ResourceHead) =>
    parent === arn || (kind.startsWith('batch-') && (await resources.get(parent!))?.parent === arn)
  for (const job of (await resources.unfinished()).filter(isRemovedWithParent)) if (await isIn(job)) found.push(job)
  found.push(...(await resources.list({ reference: arn, limit: BLOCKERS_MAX + 1 })))
  const arns = found.map(blocker => blocker.arn)
  return arns.length <= BLOCKERS_MAX ? arns : [...arns.slice(0, BLOCKERS_MAX), 'and more']
}

/** Returns the newest version of a solution, among all or among those with a status. */
export async function newestVersion(store: Store, solutionArn: string, status?: string): Promise<Resource | undefined> {
  const query = { kind: 'solution-version', parent: solutionArn, status, newestFirst: true } as const
  return (await store.resources.list({ ...query, limit: 1 }))[0]
}

/**
 * Returns a resource as the API shows it. It has only the members of the named shape, at every depth, even if its
 * document has more. Times are epoch seconds with milliseconds as fraction.
 */
export function present<Shape>(shapeName: string, resource: Resource, arnMember: string): Shape {
  return modelled('control', shapeName, {
    ...resource.document,
    [arnMember]: resource.arn,
    status: resource.status,
    creationDateTime: resource.createdAt / 1000,
    lastUpdatedDateTime: resource.updatedAt / 1000,
  }) as Shape
}

interface Page {
  readonly resources: readonly Resource[]
  readonly nextToken: string | undefined
}

/** The kind of resource in which those of a kind live. */
const PARENT_KINDS: Readonly<Partial<Record<Kind, Kind>>> = {
  dataset: 'dataset-group',
  'event-tracker': 'dataset-group',
  filter: 'dataset-group',
  solution: 'dataset-group',
  recommender: 'dataset-group',
  'metric-attribution': 'dataset-group',
  'data-deletion-job': 'dataset-group',
  'dataset-import-job': 'dataset',
  'dataset-export-job': 'dataset',
  'solution-version': 'solution',
  campaign: 'solution',
  'batch-inference-job': 'solution-version',
  'batch-segment-job': 'solution-version',
}

/**
 * Returns a page of a List operation, in the query's order.
 * @throws InvalidNextTokenException where the token is of another list, or of this one asked in another way
 * @throws InvalidInputException where the parent is of a kind in which nothing of the list can be
 */
export async function listPage(
  store: Store,
  query: ResourceQuery,
  {
    nextToken,
    maxResults = 100,
  }: { readonly nextToken?: string | undefined; readonly maxResults?: number | undefined },
): Promise<Page> {
  assertParent(query)
  const after = nextToken === undefined ? undefined : readToken(nextToken, query)
  const resources = await store.resources.list({ ...query, after, limit: maxResults + 1 })
  const page = resources.slice(0, maxResults)
  return { resources: page, nextToken: resources.length > maxResults ? writeToken(page.at(-1)!.id, query) : undefined }
}

/** An empty list would be taken for an answer. */
function assertParent({ kind, parent }: ResourceQuery): void {
  const right = PARENT_KINDS[kind as Kind]
  const given = parent === undefined ? undefined : kindIn(parent)
  if (right === undefined || given === undefined || given === right) return
  const [found, wanted] = [KIND_NAMES[given], KIND_NAMES[right]].map(withArticle)
  throw new InvalidInputException(`${parent} is the ARN of ${found}, not of ${wanted}`)
}

/**
 * Returns the token for the page that begins after a place.
 * @param list the query. Another list would begin in its middle with this token, and leave out entries without a word
 */
export function writeToken(after: number, list: object): string {
  return Buffer.from(`after:${after}:${digestOf(list)}`).toString('base64url')
}

/** Returns the place after which a page begins. @throws InvalidNextTokenException where the list did not return it */
export function readToken(token: string | undefined, list: object): number {
  if (!token) return 0
  const [, after, digest] = /^after:(\d{1,15})(?::([\da-f]+))?$/.exec(Buffer.from(token, 'base64url').toString()) ?? []
  // The version before, which may serve at the same time, writes no digest.
  if (!after || (digest ?? digestOf(list)) !== digestOf(list))
    throw new InvalidNextTokenException('nextToken is not one that this list returned; list again without it')
  return Number(after)
}

const digestOf = (list: object) => createHash('sha256').update(JSON.stringify(list)).digest('hex').slice(0, 8)

/** @param given the kind of resource that the ARN names, as far as it is known */
function notFound(kind: Kind, arn: string, given: string = kind): ResourceNotFoundException {
  const message = `The given ${KIND_NAMES[kind]} does not exist: ${arn}`
  if (given === kind) return new ResourceNotFoundException(message + formOf(kind, arn))
  const [found, wanted] = [KIND_NAMES[given as Kind] ?? given, KIND_NAMES[kind]].map(withArticle)
  return new ResourceNotFoundException(`${message}: that is the ARN of ${found}, not of ${wanted}`)
}

/** The right form of an ARN, where one that was made by hand seldom has it. */
function formOf(kind: Kind, arn: string): string {
  if (kind === 'dataset' && !/:dataset\/[^/]+\/[A-Z_]+$/.test(arn))
    return "; the ARN of a dataset ends in its group's name and its type, as dataset/GROUP/USERS"
  if (kind === 'solution-version' && arn.endsWith('/$LATEST'))
    return '; $LATEST is for campaigns alone, and ListSolutionVersions shows the ARN of the newest'
  return ''
}

const withArticle = (name: string) => `${/^[aeiou]/.test(name) ? 'an' : 'a'} ${name}`

/** Returns the kind of resource that an ARN names, by its form. */
export function kindIn(arn: string): Kind | undefined {
  const [kind = '', ...names] = arn.split(':').slice(5).join(':').split('/')
  if (kind === 'solution' && names.length > 1) return 'solution-version'
  return Object.hasOwn(KIND_NAMES, kind) ? (kind as Kind) : undefined
}
