import { setTimeout } from 'node:timers/promises'
import { isUnfinished } from '../../store/statuses.ts'
import { ApiError } from '../client.ts'
import type { Change } from './change.ts'
import { assertNoFaults, type Tree } from './faults.ts'
import { inputOfDeclared, lookupOf, type Plan } from './plan.ts'
import { IMPORT } from './properties.ts'
import { isInUse } from './removal.ts'
import { type Outcome, runTasks, type Task } from './run-tasks.ts'
import { type CallByName, type Found, hasFailed, openThere, tagsOf } from './there.ts'
import { type ResourceType, resourceTypes } from './types.ts'
import { updateInPlace, updateTags } from './updates.ts'

/** Reports that a step begins, that a resource has another status, or that the step has ended. */
export type Report = (change: Change, what: string) => void

interface Applied {
  readonly outcome: Outcome
  /** The declared resources that are there now, by their logical ids. */
  readonly found: ReadonlyMap<string, Found>
}

interface Applying {
  readonly plan: Plan
  readonly call: CallByName
  readonly report: Report
  readonly found: Map<string, Found>
}

/**
 * Carries a plan out. It creates and updates in the order of references, deletes in the opposite one, and does in
 * parallel what does not depend on one another. Waits until each resource is ACTIVE. Keys of the outcome are those of
 * `keyOf`.
 */
export async function applyPlan(plan: Plan, call: CallByName, report: Report): Promise<Applied> {
  const applying: Applying = { plan, call, report, found: new Map() }
  const tasks = plan.changes.flatMap(change => [...deletion(applying, change), ...placement(applying, change)])
  return { outcome: await runTasks(tasks), found: applying.found }
}

/** The key of a change's step in the outcome. A replacement has two. */
export function keyOf(step: 'delete' | 'put', { declared, found }: Change): string {
  return `${step} ${declared?.id ?? found!.arn}`
}

/** A resource that refers to others is deleted before them, which is by rank. */
function deletion(applying: Applying, change: Change): readonly Task[] {
  const { plan, call, report } = applying
  if (change.action !== 'delete' && change.action !== 'replace') return []
  const higher = plan.changes.filter(({ action, type }) => action !== 'keep' && type.rank > change.type.rank)
  const after = [...higher.map(other => keyOf('delete', other)), ...updatesBefore(plan, change)]
  const run = async () => {
    report(change, 'deleting')
    try {
      await remove(call, change.type, change.found!.arn)
    } catch (error) {
      if (change.declared || change.type.noun !== 'Schema' || !isInUse(error)) throw error
      report(change, 'kept, since another dataset uses it')
      return
    }
    report(change, 'deleted')
  }
  return [{ key: keyOf('delete', change), after, run }]
}

/**
 * Undeclared resources go last, so that nothing is lost where something else fails. A replacement may have to wait for
 * them, though: then a schema alone goes last, since datasets use it until they are updated.
 */
function updatesBefore({ changes }: Plan, { declared, type }: Change): readonly string[] {
  if (declared || (type.noun !== 'Schema' && changes.some(({ action }) => action === 'replace'))) return []
  return changes.filter(change => change.declared).map(change => keyOf('put', change))
}

function placement(applying: Applying, change: Change): readonly Task[] {
  const { plan, found } = applying
  const { action, declared } = change
  if (!declared || action === 'delete' || action === 'keep') return []
  const before = plan.changes.filter(
    other => other.declared && plan.order.after.get(declared.id)!.has(other.declared.id),
  )
  const own = action === 'replace' ? [keyOf('delete', change)] : []
  const run = async () => {
    found.set(declared.id, await put(applying, change))
  }
  return [{ key: keyOf('put', change), after: [...before.map(other => keyOf('put', other)), ...own], run }]
}

async function put(applying: Applying, change: Change): Promise<Found> {
  const { call, report } = applying
  const { action, type, found } = change
  if (action === 'unchanged') return waited(applying, change, found!.arn)
  const input = inputNow(applying, change)
  report(change, action === 'update' ? 'updating' : 'creating')
  const arn = action === 'update' ? await update(call, change, input) : await create(call, change, input)
  const there = await waited(applying, change, arn)
  if (input[IMPORT] && (action !== 'update' || change.changed.includes(IMPORT)))
    await runImport(applying, change, { datasetArn: arn, ...(input[IMPORT] as Tree) })
  report(change, type.isJob ? 'done' : action === 'update' ? 'updated' : 'created')
  return there
}

/** The input with the ARNs of what is there by now. */
function inputNow({ plan, found }: Applying, { declared }: Change): Tree {
  const faults: string[] = []
  const input = inputOfDeclared(
    plan.declaration,
    declared!,
    lookupOf(id => found.get(id)),
    faults,
  )
  assertNoFaults(faults)
  return input
}

async function create(call: CallByName, { type }: Change, input: Tree): Promise<string> {
  const { [IMPORT]: _, ...members } = input
  return (await call(type.create, members))[type.arn] as string
}

async function update(call: CallByName, { type, found, changed }: Change, input: Tree): Promise<string> {
  const { arn, document } = found!
  await updateInPlace(call, type, arn, { input, changed, document })
  if (input.tags) await updateTags(call, arn, { wanted: input.tags as readonly Tree[], there: await tagsOf(call, arn) })
  return arn
}

async function runImport(applying: Applying, change: Change, input: Tree): Promise<void> {
  const { call, report } = applying
  const type = resourceTypes.DatasetImportJob!
  report(change, `importing ${input.jobName}`)
  await waited(applying, change, await create(call, { ...change, type }, input), type)
}

const FIRST_WAIT_MS = 50
const LONGEST_WAIT_MS = 10_000

/** Waits until a resource is ACTIVE. @throws Error with the reason for which it, or its update, failed */
async function waited({ call, report }: Applying, change: Change, arn: string, type = change.type): Promise<Found> {
  const there = openThere(call)
  let shown: unknown
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(LONGEST_WAIT_MS, wait * 1.5)) {
    const found = await there.describe(type, arn)
    if (!found) throw new Error(`${arn} is gone`)
    const { status = 'ACTIVE', failureReason } = found.document
    if (hasFailed(status)) throw new Error(`${status}: ${failureReason ?? 'no reason given'}`)
    const latest = latestUpdate(type, found)
    if (!isUnfinished({ status: String(status) }) && !isUnfinished({ status: String(latest?.status) })) {
      if (change.action === 'update' && hasFailed(latest?.status))
        throw new Error(`the update failed: ${latest!.failureReason}`)
      return found
    }
    if (status !== shown) report(change, String(status))
    shown = status
    await setTimeout(wait)
  }
}

function latestUpdate({ noun }: ResourceType, { document }: Found): Tree | undefined {
  return document[`latest${noun}Update`] as Tree | undefined
}

/** Deletes a resource, and waits until it is gone. */
async function remove(call: CallByName, type: ResourceType, arn: string): Promise<void> {
  if (!type.remove) return
  await call(type.remove, { [type.arn]: arn })
  for (let wait = FIRST_WAIT_MS; await isThere(call, type, arn); wait = Math.min(LONGEST_WAIT_MS, wait * 1.5))
    await setTimeout(wait)
}

/** A key that may describe a resource by its tags or its dataset group may not once it is gone, with these. */
async function isThere(call: CallByName, type: ResourceType, arn: string): Promise<boolean> {
  try {
    return (await openThere(call).describe(type, arn)) !== undefined
  } catch (error) {
    if (error instanceof ApiError && error.code === 'AccessDeniedException') return false
    throw error
  }
}
