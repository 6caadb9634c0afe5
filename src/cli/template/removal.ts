import { ApiError } from '../client.ts'
import type { Change } from './change.ts'
import { sameArn } from './compare.ts'
import type { Declaration } from './declaration.ts'
import { assertNoFaults, type Tree } from './faults.ts'
import { orderOf } from './order.ts'
import { solutionOf } from './owner.ts'
import { pendingId } from './pending.ts'
import { inputOfDeclared, lookupOf, type Plan } from './plan.ts'
import { type CallByName, type Found, openThere, type There } from './there.ts'
import { type ResourceType, resourceTypes } from './types.ts'

/**
 * Returns the deletion of all that a template declares and that is there. A resource whose DeletionPolicy is Retain is
 * kept, with those that it refers to. Jobs and solution versions go with what they belong to.
 * @throws Error with all faults of properties
 */
export async function planOfRemoval(declaration: Declaration, call: CallByName): Promise<Plan> {
  const order = orderOf(declaration.resources)
  const there = openThere(call)
  const found = new Map<string, Found | undefined>()
  const inputs = new Map<string, Tree>()
  const faults: string[] = []
  const changes: Change[] = []
  for (const declared of order.sorted) {
    const { id, type } = declared
    const lookup = lookupOf(name => found.get(name))
    const input = inputOfDeclared(declaration, declared, lookup, faults)
    const one = faults.length === 0 ? await there.find(type, input) : undefined
    inputs.set(id, input)
    found.set(id, one && isSame(type, input, one, inputs) ? one : undefined)
    if (type.remove && found.get(id)) changes.push(removal(type, input, found.get(id)!, { declared }))
  }
  assertNoFaults(faults)
  const keepers = keepersOf(changes)
  const decided = changes.map(change => {
    const reason = keepers.get(change.declared!.id)
    return reason === undefined ? change : { ...change, action: 'keep' as const, goes: false, reasons: [reason] }
  })
  return { declaration, order, changes: decided }
}

/**
 * Adds what else is in the dataset groups that go, or says that it is there.
 * @throws Error naming what blocks a dataset group, unless it is to be deleted too
 */
export async function withRest(plan: Plan, call: CallByName, isWanted: boolean): Promise<Plan> {
  const going = plan.changes.filter(({ action }) => action === 'delete')
  const rest = await prunedBy({ ...plan, changes: going }, call)
  const kept = plan.changes.flatMap(({ found, action }) => (action === 'keep' ? [found!.arn] : []))
  const left = rest.filter(({ found }) => !kept.includes(found!.arn))
  if (isWanted) return { ...plan, changes: [...plan.changes, ...left] }
  const blocking = left.filter(({ type }) => type.noun !== 'Schema')
  if (blocking.length === 0) return plan
  const names = blocking.map(({ type, name }) => `${type.noun} ${name}`).join(', ')
  throw new Error(`the dataset group has what the template does not declare: ${names}; add --prune to delete that too`)
}

/**
 * Whether what was found is what the template declares. A group's only tracker may have another name, and a solution of
 * that name may be in another group: these are another's.
 */
function isSame(type: ResourceType, input: Tree, { document }: Found, inputs: ReadonlyMap<string, Tree>): boolean {
  if (input[type.name] !== undefined && input[type.name] !== document[type.name]) return false
  if (document.datasetGroupArn !== undefined && input.datasetGroupArn !== undefined)
    return sameArn(input.datasetGroupArn, document.datasetGroupArn)
  if (type.noun !== 'Campaign') return true
  const version = inputs.get(pendingId(input.solutionVersionArn) ?? '')
  return sameArn(version?.solutionArn ?? solutionOf(input.solutionVersionArn), solutionOf(document.solutionVersionArn))
}

/** Returns why resources are kept, by their logical ids. */
function keepersOf(changes: readonly Change[]): ReadonlyMap<string, string> {
  const reasons = new Map<string, string>()
  for (const { declared } of changes.toReversed()) {
    const { id, keeps, refers } = declared!
    if (keeps.onDelete) reasons.set(id, 'DeletionPolicy is Retain')
    if (!reasons.has(id)) continue
    for (const other of refers) if (!reasons.has(other)) reasons.set(other, `${id} is kept, which refers to it`)
  }
  return reasons
}

/** The kinds of resources in a dataset group, the outermost first. */
const IN_A_GROUP = ['Dataset', 'EventTracker', 'Filter', 'MetricAttribution', 'Recommender', 'Solution']

/**
 * Returns the deletion of all that is in the template's dataset groups and that it does not declare, and of the schemas
 * of their datasets. A schema that another group uses stays: the service refuses.
 */
export async function prunedBy({ changes }: Plan, call: CallByName): Promise<readonly Change[]> {
  const there = openThere(call)
  const declared = new Set(changes.flatMap(({ found }) => (found ? [found.arn] : [])))
  const groups = changes.filter(({ type, found }) => type.noun === 'DatasetGroup' && found)
  const inGroups = await Promise.all(groups.map(({ found }) => contentsOf(there, found!.arn)))
  // A template may name a schema by its ARN, without declaring it.
  const isNamed = (arn: string) => changes.some(({ input }) => sameArn(input.schemaArn, arn))
  const undeclared = inGroups.flat().filter(({ arn }) => !declared.has(arn) && !isNamed(arn))
  return undeclared.map(one => ({ ...removalOf(one), reasons: ['the template does not declare it'] }))
}

/** Returns the plan of deleting resources that no template declares. */
export function planOfDeletion(resources: readonly Typed[]): Plan {
  const nothing = { resources: [], others: [], scope: () => ({}) as never, outputs: () => ({}) }
  return { declaration: nothing, order: orderOf([]), changes: resources.map(removalOf) }
}

function removalOf({ type, arn, document }: Typed): Change {
  return removal(type, document, { arn, document }, {})
}

/** A resource with its type. */
export interface Typed extends Found {
  readonly type: ResourceType
}

/** Returns all that is in a dataset group, and the schemas of its datasets. Jobs and solution versions are left out. */
export async function contentsOf(there: There, datasetGroupArn: string): Promise<readonly Typed[]> {
  const described = async (type: ResourceType, of: Tree) => {
    const all = await there.list(type, of)
    const found = await Promise.all(all.map(one => there.describe(type, one[type.arn] as string)))
    return found.flatMap(one => (one ? [{ ...one, type }] : []))
  }
  const lists = await Promise.all(IN_A_GROUP.map(noun => described(resourceTypes[noun]!, { datasetGroupArn })))
  const found = lists.flat()
  const solutions = found.filter(({ type }) => type.noun === 'Solution')
  const campaigns = await Promise.all(
    solutions.map(({ arn }) => described(resourceTypes.Campaign!, { solutionArn: arn })),
  )
  const schemaArns = new Set(found.flatMap(({ document: { schemaArn } }) => (schemaArn ? [schemaArn as string] : [])))
  const schemas = await Promise.all([...schemaArns].map(arn => there.describe(resourceTypes.Schema!, arn)))
  const typed = schemas.flatMap(schema => (schema ? [{ ...schema, type: resourceTypes.Schema! }] : []))
  return [...typed, ...found, ...campaigns.flat()]
}

function removal(type: ResourceType, input: Tree, found: Found, more: Pick<Change, 'declared'>): Change {
  const name = String(found.document[type.name])
  return { ...more, type, name, input, found, action: 'delete', goes: true, reasons: [], changed: [] }
}

/** Whether a server refuses a deletion since the resource is used. */
export function isInUse(error: unknown): boolean {
  return error instanceof ApiError && error.code === 'ResourceInUseException'
}
