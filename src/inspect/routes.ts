import { MANAGE_KEYS, WHO_AM_I } from '../access/guards.ts'
import { allOperations } from '../contract/registry.ts'
import { audit } from './audit.ts'
import { clock } from './clock.ts'
import { countOf, datasetGroups, datasets } from './datasets.ts'
import { faults } from './faults.ts'
import { files } from './files.ts'
import { filtered } from './filtered.ts'
import { insights } from './insights.ts'
import { history } from './interactions.ts'
import { jobs } from './jobs.ts'
import { keys } from './keys.ts'
import { latest } from './latest.ts'
import { me } from './me.ts'
import { metrics } from './metrics.ts'
import { model } from './model.ts'
import { pins } from './pins.ts'
import { record } from './records.ts'
import { requests } from './requests.ts'
import { reset } from './reset.ts'
import { retention } from './retention.ts'
import { roles } from './roles.ts'
import type { Routes } from './route.ts'
import { search } from './search.ts'
import { settings } from './settings.ts'
import { users } from './users.ts'
import { why } from './why.ts'

/** Actions that are no verb and noun. */
const WHOLE = [MANAGE_KEYS, WHO_AM_I]

/**
 * The table of paths. Each has its routes by method, and the noun of their actions in policies, or one action of all.
 * It also has the ARNs that they read, in the query or the body. A request is checked on these ARNs, and may have no
 * others. Otherwise a key of one group could send that group's ARN to a path that answers about all groups.
 */
export const routes: readonly (readonly [path: string, noun: string, byMethod: Routes, arns?: readonly string[]])[] = [
  ['/inspect/me', WHO_AM_I, { GET: me(allActions) }],
  ['/inspect/settings', 'Settings', { GET: settings }],
  ['/inspect/dataset-groups', 'DatasetGroups', { GET: datasetGroups }, ['datasetGroupArn']],
  ['/inspect/datasets', 'Datasets', { GET: datasets }, ['datasetGroupArn']],
  ['/inspect/count', 'Count', { GET: countOf }, ['datasetArn']],
  ['/inspect/records', 'Records', { GET: record }, ['datasetArn']],
  ['/inspect/search', 'Search', { GET: search }, ['datasetArn']],
  ['/inspect/users', 'Users', users, ['datasetGroupArn']],
  ['/inspect/files', 'Files', files],
  ['/inspect/latest', 'Latest', { GET: latest }, ['datasetArn']],
  ['/inspect/history', 'History', { GET: history }, ['datasetArn']],
  ['/inspect/jobs', 'Jobs', { GET: jobs }, ['datasetGroupArn']],
  ['/inspect/requests', 'Requests', { GET: requests }],
  ['/inspect/metrics', 'Metrics', { GET: metrics }, ['metricAttributionArn']],
  ['/inspect/model', 'Model', { GET: model }, ['solutionVersionArn', 'recommenderArn']],
  ['/inspect/insights', 'Insights', { GET: insights }, ['datasetGroupArn']],
  ['/inspect/why', 'Why', { GET: why }, ['campaignArn', 'recommenderArn', 'filterArn']],
  ['/inspect/filtered', 'Filtered', { GET: filtered }, ['campaignArn', 'recommenderArn']],
  ['/inspect/retention', 'Retention', retention, ['datasetGroupArn']],
  ['/inspect/pins', 'Pins', pins, ['campaignArn', 'recommenderArn']],
  ['/inspect/clock', 'Clock', clock],
  ['/inspect/faults', 'Faults', faults],
  ['/inspect/keys', MANAGE_KEYS, keys],
  ['/inspect/roles', MANAGE_KEYS, roles],
  ['/inspect/audit', MANAGE_KEYS, { GET: audit }],
  ['/inspect/reset', 'Reset', { POST: reset }],
]

/** The verbs of actions: `personalite:InspectRecords`, `personalite:SetPins`, `personalite:RunReset`. */
const VERBS: Readonly<Record<keyof Routes, string>> = { GET: 'Inspect', PUT: 'Set', DELETE: 'Set', POST: 'Run' }

/** The action of a path's method, as policies name it: `personalite:InspectRecords`. */
export function actionOf(method: keyof Routes, noun: string): string {
  return WHOLE.includes(noun) ? noun : `personalite:${VERBS[method]}${noun}`
}

/**
 * The actions of the API and of these routes, as policies name them, and whether a request may reach a dataset group:
 * by an ARN.
 */
function allActions(): ReadonlyMap<string, boolean> {
  const own = routes.flatMap(([, noun, byMethod, arns]) => {
    const actions = Object.keys(byMethod).map(method => actionOf(method as keyof Routes, noun))
    return actions.map(action => [action, arns !== undefined] as const)
  })
  const needed = own.filter(([action]) => action !== WHO_AM_I)
  return new Map([...allOperations.map(({ name }) => [`personalize:${name}`, true] as const), ...needed])
}
