import { isDeepStrictEqual } from 'node:util'
import { shapeOf } from '../../contract/registry.ts'
import type { Shape } from '../../contract/shapes.ts'
import type { Tree } from './faults.ts'
import { IMPORT } from './properties.ts'
import { pascal, type ResourceType } from './types.ts'

/** A property in which a resource differs from the template. */
export interface Difference {
  /** Its path in the template: `CampaignConfig.EnableMetadataWithRecommendations`. */
  readonly property: string
  /** Its path in the API. */
  readonly path: string
  readonly from: unknown
  readonly to: unknown
}

/** Values that stand for a property that is left out, as the API documents them. */
const DEFAULTS: Readonly<Record<string, unknown>> = {
  'Solution.performHPO': false,
  'Solution.performAutoML': false,
  'Solution.performAutoTraining': true,
  'Solution.performIncrementalUpdate': false,
  'Solution.solutionConfig.autoTrainingConfig.schedulingExpression': 'rate(7 days)',
  'SolutionVersion.trainingMode': 'FULL',
  'DatasetImportJob.importMode': 'FULL',
  'DatasetImportJob.publishAttributionMetricsToS3': false,
  'Campaign.minProvisionedTPS': 1,
  'Campaign.campaignConfig.enableMetadataWithRecommendations': false,
  'Campaign.campaignConfig.syncWithLatestSolutionVersion': false,
  'Campaign.campaignConfig.itemExplorationConfig.explorationWeight': '0.3',
  'Campaign.campaignConfig.itemExplorationConfig.explorationItemAgeCutOff': '30',
  'Recommender.recommenderConfig.minRecommendationRequestsPerSecond': 1,
  'Recommender.recommenderConfig.enableMetadataWithRecommendations': false,
  'Recommender.recommenderConfig.itemExplorationConfig.explorationWeight': '0.3',
  'Recommender.recommenderConfig.itemExplorationConfig.explorationItemAgeCutOff': '30',
}

/** Returns the default of a property by its path in the API. */
export function defaultOf({ noun }: ResourceType, path: string): unknown {
  return DEFAULTS[`${noun}.${path}`]
}

type Same = (wanted: unknown, actual: unknown) => boolean

/** How members are compared whose values may differ in form. */
const SAME: Readonly<Record<string, Same>> = {
  schema: (wanted, actual) => isDeepStrictEqual(parsed(wanted), parsed(actual)),
  datasetType: (wanted, actual) => String(wanted).toUpperCase() === String(actual).toUpperCase(),
  solutionVersionArn: (wanted, actual) =>
    String(wanted).endsWith('/$LATEST')
      ? resourceIn(actual).startsWith(resourceIn(wanted).slice(0, -'$LATEST'.length))
      : sameArn(wanted, actual),
  metrics: (wanted, actual) => isDeepStrictEqual(byMetric(wanted), byMetric(actual)),
  // UpdateDataset adds the new columns of a schema to those that existing solutions exclude.
  excludedDatasetColumns: (wanted, actual) =>
    Object.entries((wanted ?? {}) as Tree).every(([dataset, columns]) => {
      const excluded = Object.entries((actual ?? {}) as Tree).find(
        ([key]) => key.toUpperCase() === dataset.toUpperCase(),
      )
      return (columns as readonly unknown[]).every(column =>
        ([excluded?.[1] ?? []].flat() as unknown[]).includes(column),
      )
    }),
}

/**
 * Returns the properties in which a resource that is there differs from the input of its Create operation. A property
 * that is left out stands for its default. Of a job only given properties count, since it has run.
 */
export function differences(type: ResourceType, input: Tree, document: Tree): readonly Difference[] {
  const compared = { type, found: [] as Difference[] }
  for (const [member, { shape }] of Object.entries(shapeOf('control', type.input).members!)) {
    if (member === 'tags' || (type.isJob && input[member] === undefined)) continue
    // AutoML tunes hyperparameters by itself.
    if (member === 'performHPO' && input.performHPO === undefined && input.performAutoML === true) continue
    compare(compared, shape, { path: member, property: pascal(member) }, [input[member], document[member]])
  }
  const [job, done] = [input[IMPORT] as Tree | undefined, document[IMPORT] as Tree | undefined]
  if (job && !done) compared.found.push({ property: pascal(IMPORT), path: IMPORT, from: undefined, to: job.jobName })
  return compared.found
}

interface Compared {
  readonly type: ResourceType
  readonly found: Difference[]
}

type Place = Pick<Difference, 'path' | 'property'>

/** Adds the differences of two values, of a template and of what is there, to those that were found. */
function compare(compared: Compared, shapeName: string, place: Place, [given, there]: readonly unknown[]): void {
  const { path, property } = place
  const { type, found } = compared
  const byDefault = defaultOf(type, path)
  const [wanted, actual] = [given ?? byDefault, there ?? byDefault]
  const member = path.slice(path.lastIndexOf('.') + 1)
  const same = SAME[member]
  const shape = shapeOf('control', shapeName)
  if (!same && (shape.type === 'structure' || shape.type === 'map')) {
    const [ones, others] = [wanted ?? {}, actual ?? {}].map(value => value as Tree) as [Tree, Tree]
    for (const [key, part, name] of partsOf(shape, ones, others))
      compare(compared, part, { path: `${path}.${key}`, property: `${property}.${name}` }, [ones[key], others[key]])
    return
  }
  if (isEmpty(wanted) && isEmpty(actual)) return
  if ((same ?? sameValue)(wanted, actual)) return
  found.push({ property, path, from: actual, to: wanted })
}

/** The members of a structure, or the keys of two maps: each with its shape, and its name in templates. */
function partsOf(shape: Shape, one: Tree, other: Tree): readonly (readonly [string, string, string])[] {
  if (shape.type === 'structure')
    return Object.entries(shape.members!).map(([key, member]) => [key, member.shape, pascal(key)])
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].map(key => [key, shape.value!, key])
}

/** Whether a value stands for nothing: none, a list without entries, or a mapping without members. */
export function isEmpty(value: unknown): boolean {
  return value === undefined || (typeof value === 'object' && Object.keys(value ?? {}).length === 0)
}

function sameValue(wanted: unknown, actual: unknown): boolean {
  if (typeof wanted === 'string' && typeof actual === 'string') return sameArn(wanted, actual)
  return isDeepStrictEqual(wanted, actual)
}

/**
 * Whether two texts are equal, or ARNs of one resource of this service. A template may name another account or region
 * than the server, which takes them for its own.
 */
export function sameArn(one: unknown, other: unknown): boolean {
  return resourceIn(one) === resourceIn(other)
}

function resourceIn(arn: unknown): string {
  return String(arn).replace(/^arn:[\w-]+:personalize:[^:]*:[^:]*:(?!pending\/)/, '')
}

function parsed(text: unknown): unknown {
  try {
    return JSON.parse(String(text))
  } catch {
    return text
  }
}

function byMetric(metrics: unknown): unknown {
  if (!Array.isArray(metrics)) return []
  return metrics
    .map(({ metricName, eventType, expression }: Tree) => ({ metricName, eventType, expression }))
    .toSorted((one, other) => String(one.metricName).localeCompare(String(other.metricName)))
}
