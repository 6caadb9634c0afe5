import { canUpdateSchema, schemaIn } from '../../datasets/schema.ts'
import { isUnfinished } from '../../store/statuses.ts'
import type { Change, Planning } from './change.ts'
import { type Difference, differences } from './compare.ts'
import { type Declaration, type Declared, type Lookup, NOTHING } from './declaration.ts'
import { cannotChange, changes } from './difference-text.ts'
import { assertNoFaults, faultsInto, type Tree } from './faults.ts'
import { evaluate } from './functions.ts'
import { type Order, orderOf } from './order.ts'
import { foreignOwner, isOfOtherSolution } from './owner.ts'
import { IMPORT, inputOf } from './properties.ts'
import { schemaDocument, textFaults } from './texts.ts'
import { type CallByName, type Found, hasFailed, identityOf, isOnlyOne, openThere, tagsOf } from './there.ts'
import { pascal, type ResourceType, resourceTypes } from './types.ts'
import { isUpdatable } from './updates.ts'

export interface Plan {
  readonly declaration: Declaration
  readonly order: Order
  /** In the order of creation. */
  readonly changes: readonly Change[]
}

/**
 * Compares what a template declares with what is there.
 * @throws Error with all faults of properties, and with changes that are not possible
 */
export async function planOf(declaration: Declaration, call: CallByName): Promise<Plan> {
  const order = orderOf(declaration.resources)
  const planning: Planning = { declaration, order, call, there: openThere(call), faults: [], changes: new Map() }
  const inputs = order.sorted.map(declared => inputOfDeclared(declaration, declared, NOTHING, planning.faults))
  assertNoFaults([...planning.faults, ...twins(order.sorted, inputs)])
  for (const declared of order.sorted) {
    const change = await changeOf(planning, declared)
    planning.changes.set(declared.id, change)
  }
  assertNoFaults([...planning.faults, ...(await textFaults(planning))])
  return { declaration, order, changes: [...planning.changes.values()] }
}

/** Returns the faults of resources that would be one and the same. */
function twins(resources: readonly Declared[], inputs: readonly Tree[]): readonly string[] {
  const first = new Map<string, string>()
  return resources.flatMap(({ id, type }, at) => {
    const identity = identityOf(type, inputs[at]!)
    const other = first.getOrInsert(identity, id)
    return other === id ? [] : [`${id} declares the same ${type.noun} as ${other}: ${identity}`]
  })
}

/** Returns the input of a resource's Create operation, with this lookup for other resources. */
export function inputOfDeclared(
  declaration: Declaration,
  { id, type, properties }: Declared,
  lookup: Lookup,
  faults: string[],
): Tree {
  const path = `${id}.Properties`
  const values = faultsInto(faults, () => evaluate(properties, declaration.scope(lookup), path))
  return values === undefined ? {} : inputOf(type, values, path, faults)
}

/** The lookup of resources that are there, by their descriptions. Others are pending. */
export function lookupOf(found: (id: string) => Found | undefined): Lookup {
  return {
    arn: id => found(id)?.arn ?? NOTHING.arn(id),
    attribute: (id, attribute) => {
      const document = found(id)?.document
      if (!document) return NOTHING.attribute(id, attribute)
      return Object.entries(document).find(([member]) => pascal(member) === attribute)?.[1] ?? ''
    },
  }
}

async function changeOf(planning: Planning, declared: Declared): Promise<Change> {
  const { declaration, changes, there, faults } = planning
  const { id, type } = declared
  const input = inputOfDeclared(declaration, declared, lookupOf(staying(changes)), faults)
  // Its present form may refer to a resource that goes.
  const before = inputOfDeclared(
    declaration,
    declared,
    lookupOf(name => changes.get(name)?.found),
    [],
  )
  const found = await there.find(type, before, { campaigns: campaignsOf(declaration, declared) })
  const lost = lossesOf(planning, declared)
  const name = nameOf(type, input, id)
  const change = { declared, type, name, input, found, goes: lost.length > 0, reasons: lost, changed: [] }
  if (!found) return { ...change, action: 'create', reasons: [] }
  const owner = await foreignOwner(planning, differences(type, before, found.document))
  if (owner !== undefined) {
    faults.push(`${id}: ${type.noun} ${name} belongs to ${owner}: choose another Name`)
    return { ...change, action: 'unchanged', reasons: [] }
  }
  if (lost.length > 0 && goesAlong(type)) return { ...change, action: 'create', found: undefined }
  if (lost.length > 0) return replaced(planning, change, lost)
  const unusable = stateOf(found)
  if (unusable !== undefined) return replaced(planning, change, [unusable])
  return compared(planning, change, found)
}

/** Returns what will still be there of a resource when the plan is carried out. */
function staying(changes: Planning['changes']): (id: string) => Found | undefined {
  return id => {
    const change = changes.get(id)
    return change?.action === 'replace' ? undefined : change?.found
  }
}

/** Whether the service deletes it together with what it belongs to. */
function goesAlong({ isJob, remove }: ResourceType): boolean {
  return isJob || remove === undefined
}

type Undecided = Omit<Change, 'action'> & { readonly declared: Declared }

async function compared(planning: Planning, change: Undecided, found: Found): Promise<Change> {
  const { type, input } = change
  const { call } = planning
  const all = differences(type, input, found.document)
  checkImport(planning, change, found)
  const isFixed = (other: Difference) => !isUpdatable(type, other.path) || isOfOtherSolution(planning, other)
  const fixed = [...all.filter(isFixed).map(cannotChange), ...(await schemaFaults(planning, change, all))]
  if (fixed.length > 0) return replaced(planning, change, fixed)
  const tags = await tagsDiffer(call, type, input, found)
  const reasons = [...all.map(changes), ...(tags ? ['Tags change'] : [])]
  const action = reasons.length > 0 ? 'update' : 'unchanged'
  return { ...change, action, reasons, changed: all.map(({ path }) => path) }
}

/** A job or a training with a name runs once. A version without a name is trained beside the others. */
function replaced({ faults }: Planning, change: Undecided, reasons: readonly string[]): Change {
  const { type, declared, name, input } = change
  const why = reasons.join(', ')
  const isVersion = type.noun === 'SolutionVersion'
  if (type.isJob || (isVersion && input.name !== undefined))
    faults.push(`${declared.id}: ${type.noun} ${name} runs once (${why}); give it another ${pascal(type.name)}`)
  if (isVersion) return { ...change, action: 'create', reasons, found: undefined }
  if (declared.keeps.onReplace) {
    const kept = `${declared.id}: UpdateReplacePolicy keeps the old ${type.noun}`
    const remedy = isOnlyOne(type)
      ? `and a dataset group has one such ${type.noun} (${why}); leave the policy out, or the change`
      : `whose name ${name} is taken then (${why}); give the new one another Name`
    faults.push(`${kept}, ${remedy}`)
  }
  return { ...change, action: 'replace', goes: true, reasons }
}

/** A dataset's import that ran with other properties, or failed, needs another name to run again. */
function checkImport({ faults }: Planning, { declared, input }: Undecided, found: Found): void {
  const [job, done] = [input[IMPORT] as Tree | undefined, found.document[IMPORT] as Tree | undefined]
  if (!job || !done) return
  const path = `${declared.id}.Properties.DatasetImportJob`
  const [other] = differences(resourceTypes.DatasetImportJob!, job, done)
  if (hasFailed(done.status))
    faults.push(
      `${path}: the import ${job.jobName} failed (${done.failureReason}); give it another JobName to try again`,
    )
  else if (other)
    faults.push(`${path}: ${other.property} changes, and the import ${job.jobName} has run; give it another JobName`)
}

/** The reasons for which a resource cannot stay: others that it is part of are replaced. */
function lossesOf({ changes, order }: Planning, declared: Declared): readonly string[] {
  const gone = [...changes.values()].filter(({ goes }) => goes)
  const referred = gone.filter(change => declared.refers.includes(change.declared!.id))
  const used = gone.filter(
    change =>
      change.type.noun === 'Dataset' &&
      change.found &&
      uses(declared, change) &&
      order.sharesGroup(declared, change.declared!),
  )
  return [...new Set([...referred, ...used])].map(({ declared }) => `${declared!.id} is replaced`)
}

/** Types that keep a dataset from being deleted; a tracker keeps that of interactions. */
const USERS_OF_DATASETS = ['Filter', 'MetricAttribution', 'Campaign']

function uses({ type }: Declared, { found }: Change): boolean {
  if (USERS_OF_DATASETS.includes(type.noun)) return true
  return type.noun === 'EventTracker' && /^interactions$/i.test(String(found?.document.datasetType))
}

/** Returns why UpdateDataset would refuse a dataset's new schema. */
async function schemaFaults(
  planning: Planning,
  { type }: Undecided,
  all: readonly Difference[],
): Promise<readonly string[]> {
  const other = all.find(({ path }) => path === 'schemaArn')
  if (!other || type.noun !== 'Dataset') return []
  const [from, to] = [await schemaDocument(other.from, planning), await schemaDocument(other.to, planning)]
  if (!from || !to) return []
  try {
    canUpdateSchema(schemaIn(from), schemaIn(to))
    return []
  } catch (error) {
    return [`SchemaArn cannot change (${(error as Error).message.replace(/^schema: /, '')})`]
  }
}

/** The names of the campaigns that refer to a solution version. */
function campaignsOf({ resources, scope }: Declaration, { id, type }: Declared): readonly string[] {
  if (type.noun !== 'SolutionVersion') return []
  const referring = resources.filter(other => other.type.noun === 'Campaign' && other.refers.includes(id))
  return referring.map(({ properties }) => String((evaluate(properties, scope(NOTHING), '') as Tree).Name))
}

function nameOf(type: ResourceType, input: Tree, id: string): string {
  return String(input[type.name] ?? id)
}

function stateOf({ document }: Found): string | undefined {
  const status = String(document.status ?? 'ACTIVE')
  if (hasFailed(status)) return `it is ${status}${document.failureReason ? `: ${document.failureReason}` : ''}`
  return status.startsWith('DELETE') && isUnfinished({ status }) ? `it is ${status}` : undefined
}

async function tagsDiffer(call: CallByName, { noun }: ResourceType, { tags }: Tree, { arn }: Found): Promise<boolean> {
  if (tags === undefined || noun === 'Schema') return false
  const textOf = (list: readonly Tree[]) =>
    list.map(({ tagKey, tagValue }) => JSON.stringify([tagKey, tagValue])).sort()
  return String(textOf(tags as readonly Tree[])) !== String(textOf(await tagsOf(call, arn)))
}
