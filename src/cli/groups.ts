import { setTimeout } from 'node:timers/promises'
import { isUnfinished } from '../store/statuses.ts'
import { asks } from './ask.ts'
import { openClient } from './client.ts'
import { printTable } from './print.ts'
import { applyPlan } from './template/apply.ts'
import type { Tree } from './template/faults.ts'
import { contentsOf, planOfDeletion, type Typed } from './template/removal.ts'
import { openCalls } from './template/retry.ts'
import { reporter, resultsOf, showFailure } from './template/show.ts'
import { type CallByName, openThere, type There } from './template/there.ts'
import { type ResourceType, resourceTypes } from './template/types.ts'

export interface DeleteOptions {
  readonly endpoint: string
  /** Whether what is in the group goes with it. */
  readonly withEverything?: boolean
  /** Whether nobody is to be asked. */
  readonly yes?: boolean
}

const GROUP = resourceTypes.DatasetGroup!

/**
 * Deletes a dataset group, by the public API alone. With everything, what is in it goes first, in the order that the
 * service needs; schemas stay. Work that is under way is waited for, as the service deletes nothing that is in use.
 * @throws Error that names what is in the group, or says how to agree
 */
export async function deleteGroup(name: string, options: DeleteOptions): Promise<void> {
  const call = openCalls(options.endpoint)
  const group = await findGroup(call, name)
  const inside = await insideOf(openThere(call), group)
  if (inside.length > 0 && !options.withEverything)
    throw new Error(
      `the dataset group ${name} is not empty. In it are ${inside.map(labelOf).join(', ')}: delete these first, or add --with-everything`,
    )
  if (!(await isAgreed(name, inside, group, options))) return
  const report = reporter(console.log)
  await idle(call, group)
  // Automatic training or another program may have made more while this waited.
  const plan = planOfDeletion([group, ...(await insideOf(openThere(call), group))])
  const results = resultsOf(plan, (await applyPlan(plan, call, report)).outcome)
  if (results.failed.length === 0) return
  showFailure(results)
  process.exitCode = 1
}

async function findGroup(call: CallByName, name: string): Promise<Typed> {
  const there = openThere(call)
  const all = await there.list(GROUP)
  const found = all.find(group => group.name === name || group.datasetGroupArn === name)
  const group = found && (await there.describe(GROUP, found.datasetGroupArn as string))
  if (group) return { ...group, type: GROUP }
  const names = all.map(group => group.name).join(', ')
  throw new Error(`there is no dataset group ${name}; there ${all.length === 0 ? 'are none' : `are ${names}`}`)
}

async function insideOf(there: There, { arn }: Typed): Promise<readonly Typed[]> {
  return (await contentsOf(there, arn)).filter(({ type }) => type.noun !== 'Schema')
}

const labelOf = ({ type, document }: Typed) => `${type.noun} ${document[type.name]}`

/** @throws Error where nobody can be asked */
async function isAgreed(name: string, inside: readonly Typed[], group: Typed, options: DeleteOptions) {
  if (inside.length === 0 || options.yes) return true
  if (!process.stdin.isTTY)
    throw new Error(`to delete ${name} with everything deletes its data; add --yes if that is meant`)
  printTable(['type', 'name', 'rows'], await rowsOf(inside, group, options))
  return asks(`Delete the dataset group ${name} with all of this?`)
}

/** Only a server of this program tells how many rows a dataset has. */
async function rowsOf(inside: readonly Typed[], { arn: datasetGroupArn }: Typed, { endpoint }: DeleteOptions) {
  type Counted = { readonly datasetArn: string; readonly count: { readonly ALL: number } }
  const get = openClient(endpoint)
  const none = { datasets: [] as readonly Counted[] }
  const { datasets } = await get<typeof none>('/inspect/datasets', { datasetGroupArn }).catch(() => none)
  const rows = new Map(datasets.map(({ datasetArn, count }) => [datasetArn, count.ALL]))
  return inside.map(({ type, arn, document }) => ({ type: type.noun, name: document[type.name], rows: rows.get(arn) }))
}

/** The kinds of work on what is in a group, each with the kind of resource that a List operation finds it by. */
const WORK = [
  ['DatasetImportJob', 'Dataset'],
  ['DatasetExportJob', 'Dataset'],
  ['DataDeletionJob', 'DatasetGroup'],
  ['SolutionVersion', 'Solution'],
  ['BatchInferenceJob', 'SolutionVersion'],
  ['BatchSegmentJob', 'SolutionVersion'],
] as const

const FIRST_WAIT_MS = 100
const LONGEST_WAIT_MS = 5_000

/** Waits until nothing in a group is under way, and says what is. */
async function idle(call: CallByName, group: Typed): Promise<void> {
  let shown = ''
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(LONGEST_WAIT_MS, wait * 1.5)) {
    const under = await underWay(openThere(call), group)
    if (under.length === 0) return
    const text = under.join(', ')
    if (text !== shown) console.log(`waiting for ${text}`)
    shown = text
    await setTimeout(wait)
  }
}

/** Returns the ARN and status of each resource and job of a group that will have another status by itself. */
async function underWay(there: There, group: Typed): Promise<readonly string[]> {
  const inside = await insideOf(there, group)
  const found: (readonly [ResourceType, Tree])[] = [group, ...inside].map(({ type, document }) => [type, document])
  for (const [noun, parent] of WORK) {
    const [type, of] = [resourceTypes[noun]!, resourceTypes[parent]!]
    const parents = found.filter(([{ noun }]) => noun === parent).map(([, document]) => document[of.arn] as string)
    const lists = await Promise.all(parents.map(arn => there.list(type, { [of.arn]: arn })))
    found.push(...lists.flat().map(document => [type, document] as const))
  }
  return found.flatMap(([type, document]) => {
    const latest = document[`latest${type.noun}Update`] as Tree | null | undefined
    const status = [document.status, latest?.status].find(status => isUnfinished({ status: String(status) }))
    return status === undefined ? [] : [`${document[type.arn]} (${status})`]
  })
}
