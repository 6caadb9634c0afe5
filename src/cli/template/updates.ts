import type { Tree } from './faults.ts'
import { IMPORT } from './properties.ts'
import type { CallByName } from './there.ts'
import type { ResourceType } from './types.ts'

/** The members that an Update operation changes. */
interface Update {
  readonly operation: string
  /** The paths that it can change, with all below them. */
  readonly paths: readonly string[]
  /** Its input beside the ARN. @param changed the paths that differ */
  inputOf(input: Tree, changed: readonly string[], document: Tree): Tree
}

const UPDATES: Readonly<Record<string, Update>> = {
  Dataset: {
    operation: 'UpdateDataset',
    paths: ['schemaArn', IMPORT],
    inputOf: (input, changed) => (changed.includes('schemaArn') ? { schemaArn: input.schemaArn } : {}),
  },
  Campaign: {
    operation: 'UpdateCampaign',
    paths: ['solutionVersionArn', 'minProvisionedTPS', 'campaignConfig'],
    // A config without members takes the place of the one before.
    inputOf: ({ solutionVersionArn, minProvisionedTPS = 1, campaignConfig = {} }) => ({
      solutionVersionArn,
      minProvisionedTPS,
      campaignConfig,
    }),
  },
  Recommender: {
    operation: 'UpdateRecommender',
    paths: ['recommenderConfig'],
    inputOf: ({ recommenderConfig = {} }) => ({ recommenderConfig }),
  },
  Solution: {
    operation: 'UpdateSolution',
    paths: [
      'performAutoTraining',
      'performIncrementalUpdate',
      'solutionConfig.autoTrainingConfig',
      'solutionConfig.eventsConfig',
    ],
    inputOf: solutionUpdate,
  },
  MetricAttribution: {
    operation: 'UpdateMetricAttribution',
    paths: ['metrics', 'metricsOutputConfig'],
    inputOf: metricsUpdate,
  },
}

/** Whether the service changes the property of a resource that is there. */
export function isUpdatable({ noun }: ResourceType, path: string): boolean {
  return UPDATES[noun]?.paths.some(prefix => path === prefix || path.startsWith(`${prefix}.`)) ?? false
}

/** Changes a resource in place. Where nothing but its import or tags differs, no Update operation is called. */
export async function updateInPlace(
  call: CallByName,
  type: ResourceType,
  arn: string,
  { input, changed, document }: { readonly input: Tree; readonly changed: readonly string[]; readonly document: Tree },
): Promise<void> {
  const update = UPDATES[type.noun]
  const given = changed.length > 0 ? update?.inputOf(input, changed, document) : undefined
  if (update && given && Object.keys(given).length > 0) await call(update.operation, { [type.arn]: arn, ...given })
}

function solutionUpdate(input: Tree, changed: readonly string[]): Tree {
  const isChanged = (path: string) => changed.some(other => other === path || other.startsWith(`${path}.`))
  const config = (input.solutionConfig ?? {}) as Tree
  const schedulingExpression = 'rate(7 days)'
  const solutionUpdateConfig = {
    ...(isChanged('solutionConfig.autoTrainingConfig') && {
      autoTrainingConfig: { schedulingExpression, ...(config.autoTrainingConfig as Tree) },
    }),
    ...(isChanged('solutionConfig.eventsConfig') && {
      eventsConfig: { eventParametersList: [], ...(config.eventsConfig as Tree) },
    }),
  }
  const { performAutoTraining = true, performIncrementalUpdate = false } = input
  return {
    ...(isChanged('performAutoTraining') && { performAutoTraining }),
    ...(isChanged('performIncrementalUpdate') && { performIncrementalUpdate }),
    ...(Object.keys(solutionUpdateConfig).length > 0 && { solutionUpdateConfig }),
  }
}

/** A metric that changes is removed and added: there is no other way. */
function metricsUpdate({ metrics, metricsOutputConfig }: Tree, _changed: readonly string[], document: Tree): Tree {
  const textOf = ({ metricName, eventType, expression }: Tree) => JSON.stringify([metricName, eventType, expression])
  const [wanted, there] = [metrics, document.metrics].map(list => (list ?? []) as readonly Tree[])
  const lacks = (list: readonly Tree[], metric: Tree) => !list.some(other => textOf(other) === textOf(metric))
  const addMetrics = wanted!.filter(metric => lacks(there!, metric))
  const removeMetrics = there!.filter(metric => lacks(wanted!, metric)).map(({ metricName }) => metricName)
  return {
    metricsOutputConfig,
    ...(addMetrics.length > 0 && { addMetrics }),
    ...(removeMetrics.length > 0 && { removeMetrics }),
  }
}

/** Makes the tags of a resource those of its input. */
export async function updateTags(
  call: CallByName,
  resourceArn: string,
  { wanted, there }: { readonly wanted: readonly Tree[]; readonly there: readonly Tree[] },
): Promise<void> {
  const gone = there.map(({ tagKey }) => tagKey).filter(key => !wanted.some(({ tagKey }) => tagKey === key))
  if (gone.length > 0) await call('UntagResource', { resourceArn, tagKeys: gone })
  if (wanted.length > 0) await call('TagResource', { resourceArn, tags: wanted })
}
