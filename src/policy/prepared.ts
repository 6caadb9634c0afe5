import { readPolicy } from './policy.ts'
import { shown } from './policy-error.ts'

type Document = Readonly<Record<string, unknown>>

/** The condition key with the names of the dataset groups that a request reaches. */
const DATASET_GROUP = 'personalite:DatasetGroup'

const READ = ['personalize:Describe*', 'personalize:List*', 'personalize:Get*', 'personalite:Inspect*']
const EVENTS = ['personalize:PutEvents', 'personalize:PutActionInteractions']
const RUNTIME = [
  'personalize:GetRecommendations',
  'personalize:GetPersonalizedRanking',
  'personalize:GetActionRecommendations',
]
const DATA = [
  'personalize:Put*',
  'personalize:CreateDatasetImportJob',
  'personalize:DescribeDatasetImportJob',
  'personalize:ListDatasetImportJobs',
  'personalize:DescribeDataset',
  'personalize:ListDatasets',
]
/** Of one group all but keys, the clock, faults and the reset, which are about all. */
const GROUP = ['personalize:*', 'personalite:Inspect*', 'personalite:SetPins', 'personalite:SetRetention']
/** Recipes and schemas belong to no group, and are needed to build one. */
const SHARED = [
  'personalize:ListRecipes',
  'personalize:DescribeRecipe',
  'personalize:DescribeAlgorithm',
  'personalize:DescribeFeatureTransformation',
  'personalize:ListSchemas',
  'personalize:DescribeSchema',
  'personalize:CreateSchema',
]

const ACTIONS: Readonly<Record<string, readonly string[]>> = {
  admin: ['*'],
  'read-only': READ,
  'events-only': EVENTS,
  'runtime-only': RUNTIME,
  'data-only': DATA,
  'one-group': GROUP,
}

/** The names of the prepared policies. */
export const PREPARED: readonly string[] = Object.keys(ACTIONS)

/**
 * Returns the document of a prepared policy, alone or for the resources of one dataset group.
 * @throws Error where there is none of the name, or it needs another group than it is given
 */
export function preparedPolicy(name: string, datasetGroup?: string): Document {
  const actions = Object.hasOwn(ACTIONS, name) ? ACTIONS[name]! : undefined
  if (!actions) throw new Error(`There is no prepared policy ${name.slice(0, 40)}; there are ${PREPARED.join(', ')}`)
  if (name === 'one-group' && datasetGroup === undefined)
    throw new Error('The prepared policy one-group needs the name of a dataset group')
  if (name === 'admin' && datasetGroup !== undefined)
    throw new Error('The prepared policy admin is about all dataset groups; one-group is about one')
  const statement = { Effect: 'Allow', Action: actions, Resource: '*' }
  if (datasetGroup === undefined) return document(statement)
  const ofGroup = {
    Null: { [DATASET_GROUP]: 'false' },
    'ForAllValues:StringEquals': { [DATASET_GROUP]: [datasetGroup] },
  }
  const inGroup = { ...statement, Condition: ofGroup }
  return name === 'one-group' ? document(inGroup, { ...statement, Action: SHARED }) : document(inGroup)
}

/**
 * Returns the document of a policy that is given as a document, or as the name of a prepared one.
 * @throws Error, also a PolicyError, that says what would be right
 */
export function policyDocument(policy: unknown, datasetGroup?: unknown): Document {
  if (datasetGroup !== undefined && (typeof datasetGroup !== 'string' || !/^[\w-]+$/.test(datasetGroup)))
    throw new Error(`The dataset group must be a name, such as shop, got ${shown(datasetGroup)}`)
  if (typeof policy === 'string') return preparedPolicy(policy, datasetGroup)
  if (datasetGroup !== undefined) throw new Error(`A dataset group goes with a prepared policy: ${PREPARED.join(', ')}`)
  readPolicy(policy)
  return policy as Document
}

function document(...statements: readonly object[]): Document {
  return { Version: '2012-10-17', Statement: statements }
}
