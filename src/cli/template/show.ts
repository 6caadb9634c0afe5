import { printTable } from '../print.ts'
import { keyOf, type Report } from './apply.ts'
import type { Action, Change } from './change.ts'
import type { Other } from './declaration.ts'
import type { Plan } from './plan.ts'
import type { Outcome } from './run-tasks.ts'
import { typeName } from './types.ts'

const ACTIONS: readonly Action[] = ['create', 'update', 'replace', 'delete', 'keep', 'unchanged']

/** Whether a plan does anything. */
export function doesAnything({ changes }: Plan): boolean {
  return changes.some(({ action }) => action !== 'unchanged' && action !== 'keep')
}

/** Prints a plan as a table: what is done with each resource, and why. */
export function showPlan({ changes, declaration }: Plan): void {
  const rows = changes.map(({ action, type, declared, name, reasons }) => {
    return { action, type: type.noun, resource: declared?.id ?? '', name, reason: reasons.join('; ') }
  })
  printTable(['action', 'type', 'resource', 'name', 'reason'], rows, { isWhole: true })
  console.log(`\n${summary(changes)}.`)
  if (declaration.others.length > 0) console.log(`Left alone: ${declaration.others.map(nameOfOther).join(', ')}.`)
}

const nameOfOther = ({ id, type }: Other) => `${id} (${type})`

function summary(changes: readonly Change[]): string {
  const counted = ACTIONS.map(action => [action, changes.filter(change => change.action === action).length] as const)
  const shown = counted.filter(([, count]) => count > 0)
  return shown.length === 0 ? 'Nothing to do' : shown.map(([action, count]) => `${count} ${WORDS[action]}`).join(', ')
}

const WORDS: Readonly<Record<Action, string>> = {
  create: 'to create',
  update: 'to update',
  replace: 'to replace',
  delete: 'to delete',
  keep: 'kept',
  unchanged: 'unchanged',
}

/** Returns a plan for scripts. */
export function planAsJson({ changes, declaration }: Plan): object {
  return {
    summary: Object.fromEntries(
      ACTIONS.map(action => [action, changes.filter(change => change.action === action).length]),
    ),
    changes: changes.map(changeAsJson),
    leftAlone: declaration.others.map(({ id, type }) => ({ logicalId: id, type })),
  }
}

function changeAsJson({ action, declared, type, name, found, reasons }: Change): object {
  return { action, logicalId: declared?.id, type: typeName(type), name, arn: found?.arn, reasons }
}

/** Returns a report that prints a line for each step, with its time once it has ended. */
export function reporter(print: (line: string) => void): Report {
  const begun = new Map<Change, number>()
  return (change, what) => {
    const from = begun.get(change) ?? performance.now()
    begun.set(change, from)
    const time = ENDS.includes(what) ? `  ${((performance.now() - from) / 1000).toFixed(1)} s` : ''
    print(`${labelOf(change)}: ${what}${time}`)
  }
}

const ENDS = ['created', 'updated', 'deleted', 'done']

function labelOf({ declared, type, name }: Change): string {
  return declared ? `${declared.id} (${type.noun} ${name})` : `${type.noun} ${name}`
}

/** The outcome of each change that no earlier failure undid. */
interface Results {
  readonly failed: readonly (readonly [Change, Error])[]
  readonly skipped: readonly Change[]
  readonly stands: readonly Change[]
}

/** Sorts the changes of a plan by their outcome. */
export function resultsOf({ changes }: Plan, { failed, skipped, done }: Outcome): Results {
  const steps = (change: Change) => (['delete', 'put'] as const).map(step => keyOf(step, change))
  const failures = changes.flatMap(change => {
    const error = steps(change)
      .map(key => failed.get(key))
      .find(found => found !== undefined)
    return error ? [[change, error] as const] : []
  })
  const isFailed = (change: Change) => failures.some(([other]) => other === change)
  const left = changes.filter(change => !isFailed(change))
  const isUnchanged = ({ action }: Change) => action === 'unchanged'
  return {
    failed: failures,
    skipped: left.filter(change => !isUnchanged(change) && steps(change).some(key => skipped.has(key))),
    stands: left.filter(change => isUnchanged(change) || (change.declared && done.has(keyOf('put', change)))),
  }
}

/** Prints what failed, what was not begun for that, and what stands. */
export function showFailure({ failed, skipped, stands }: Results): void {
  for (const [change, error] of failed) console.error(`failed: ${labelOf(change)}: ${error.message}`)
  for (const change of skipped) console.error(`not begun: ${labelOf(change)}`)
  if (stands.length > 0) console.error(`stands: ${stands.map(labelOf).join(', ')}`)
}

/** Returns the results for scripts. */
export function resultsAsJson({ failed, skipped, stands }: Results): object {
  return {
    failed: failed.map(([change, error]) => ({ ...changeAsJson(change), message: error.message })),
    notBegun: skipped.map(changeAsJson),
    stands: stands.map(changeAsJson),
  }
}
