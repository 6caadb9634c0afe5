import { asks } from './ask.ts'
import { printJson, printTable } from './print.ts'
import { applyPlan } from './template/apply.ts'
import { openTemplate, type TemplateOptions } from './template/open.ts'
import { lookupOf, type Plan, planOf } from './template/plan.ts'
import { planOfRemoval, prunedBy, withRest } from './template/removal.ts'
import { doesAnything, planAsJson, reporter, resultsAsJson, resultsOf, showFailure, showPlan } from './template/show.ts'

export interface ApplyOptions extends TemplateOptions {
  readonly plan?: boolean
  readonly prune?: boolean
  readonly yes?: boolean
}

/** The exit code of `--plan` where something is to be done, as other tools for infrastructure have it. */
const CHANGES = 2

/** Makes what is there what the template declares. @throws Error with a message for the user */
export async function apply(path: string, options: ApplyOptions): Promise<void> {
  const { declaration, call } = await openTemplate(path, options)
  const planned = await planOf(declaration, call)
  const pruned = options.prune ? await prunedBy(planned, call) : []
  const plan = { ...planned, changes: [...planned.changes, ...pruned] }
  if (options.plan) {
    print(plan, options)
    if (doesAnything(plan)) process.exitCode = CHANGES
    return
  }
  await assertWanted(plan, options)
  await carryOut(plan, call, options)
}

/** Deletes what the template declares. @throws Error with a message for the user */
export async function destroy(path: string, options: ApplyOptions): Promise<void> {
  const { declaration, call } = await openTemplate(path, options)
  const plan = await withRest(await planOfRemoval(declaration, call), call, options.prune === true)
  if (options.plan) {
    print(plan, options)
    if (doesAnything(plan)) process.exitCode = CHANGES
    return
  }
  const doomed = plan.changes.filter(({ action }) => action === 'delete')
  if (doomed.length > 0 && !options.yes && process.stdin.isTTY) {
    showPlan(plan)
    if (!(await asks(`Delete ${doomed.length} resources, with the data of the datasets among them?`))) return
  }
  await carryOut(plan, call, options)
}

function print(plan: Plan, { json }: ApplyOptions): void {
  if (json) printJson(planAsJson(plan))
  else showPlan(plan)
}

/**
 * Asks on a terminal before anything is deleted that a flag did not order. A replacement deletes the data of a dataset,
 * which nobody may have meant: without a terminal it needs --yes.
 * @throws Error unless it is wanted
 */
async function assertWanted(plan: Plan, { yes }: ApplyOptions): Promise<void> {
  const lost = plan.changes.filter(({ action, type }) => action === 'replace' && type.noun === 'Dataset')
  const pruned = plan.changes.filter(({ action }) => action === 'delete')
  if (yes || lost.length + pruned.length === 0) return
  if (process.stdin.isTTY) {
    showPlan(plan)
    const names = [...lost, ...pruned].map(({ type, name }) => `${type.noun} ${name}`)
    if (await asks(`Delete ${names.join(', ')}, with the data in them?`)) return
    throw new Error('nothing was done')
  }
  if (lost.length === 0) return
  const reasons = lost.map(({ declared, name, reasons }) => `${declared!.id} (${name}): ${reasons.join('; ')}`)
  throw new Error(`to replace a dataset deletes its data; add --yes if that is meant: ${reasons.join(', ')}`)
}

async function carryOut(plan: Plan, call: Parameters<typeof applyPlan>[1], { json }: ApplyOptions): Promise<void> {
  const { outcome, found } = await applyPlan(plan, call, reporter(json ? console.error : console.log))
  const results = resultsOf(plan, outcome)
  if (results.failed.length > 0) {
    if (json) printJson({ ...planAsJson(plan), ...resultsAsJson(results) })
    showFailure(results)
    process.exitCode = 1
    return
  }
  const outputs = found.size > 0 ? plan.declaration.outputs(lookupOf(id => found.get(id))) : {}
  if (json) printJson({ ...planAsJson(plan), ...resultsAsJson(results), outputs })
  else showEnd(plan, outputs)
}

function showEnd(plan: Plan, outputs: Readonly<Record<string, unknown>>): void {
  const { others } = plan.declaration
  if (!doesAnything(plan)) console.log('Nothing to do.')
  if (others.length > 0) console.log(`Left alone: ${others.map(({ id, type }) => `${id} (${type})`).join(', ')}.`)
  const rows = Object.entries(outputs).map(([output, value]) => ({ output, value }))
  if (rows.length > 0) printTable(['output', 'value'], rows, { isWhole: true })
}
