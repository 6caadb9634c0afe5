import { allOperations, operationModel, shapeOf } from '../../contract/registry.ts'
import type { OperationName, Shape } from '../../contract/shapes.ts'
import { oneOf } from './faults.ts'

/**
 * A type of resource. Schema, DatasetGroup, Dataset and Solution are as CloudFormation defines them
 * (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/AWS_Personalize.html). CloudFormation has no others:
 * these are in the same manner, the API's names in Pascal case.
 */
export interface ResourceType {
  /** The name without `AWS::Personalize::`. */
  readonly noun: string
  readonly create: OperationName
  readonly describe: OperationName
  readonly list: OperationName
  /** Undefined where the service deletes it together with what it belongs to. */
  readonly remove: OperationName | undefined
  /** The shape of the input of `create`. */
  readonly input: string
  /** The members of the outputs of `describe` and `list`. */
  readonly document: string
  readonly items: string
  readonly arn: string
  readonly name: 'name' | 'jobName'
  /** Those of one group are created in this order and deleted in the opposite one. */
  readonly rank: number
  /** Whether it runs once, so that another one needs another name. */
  readonly isJob: boolean
}

const PREFIX = 'AWS::Personalize::'

const RANKS: Readonly<Record<string, number>> = {
  Schema: 0,
  DatasetGroup: 0,
  Dataset: 1,
  DatasetImportJob: 2,
  DatasetExportJob: 3,
  DataDeletionJob: 3,
  EventTracker: 3,
  Filter: 3,
  MetricAttribution: 3,
  Recommender: 3,
  Solution: 3,
  SolutionVersion: 4,
  Campaign: 5,
  BatchInferenceJob: 5,
  BatchSegmentJob: 5,
}

/** Types of the first rank after all data are there. */
export const AFTER_DATA = 3

/** The types by their nouns. */
export const resourceTypes: Readonly<Record<string, ResourceType>> = Object.fromEntries(
  Object.keys(RANKS).map(noun => [noun, typeOf(noun)]),
)

/** Whether the service is this one. */
export function isOurs(type: string): boolean {
  return type.startsWith(PREFIX)
}

/** The full name of a type. */
export function typeName({ noun }: ResourceType): string {
  return `${PREFIX}${noun}`
}

/** Returns the type with this full name. DataDeletion is another name of DataDeletionJob. @throws Error */
export function resourceType(type: string): ResourceType {
  const noun = type.slice(PREFIX.length).replace(/^DataDeletion$/, 'DataDeletionJob')
  const found = Object.hasOwn(resourceTypes, noun) ? resourceTypes[noun] : undefined
  if (found) return found
  throw new Error(`${type} is not a type of resource; there are ${PREFIX}${oneOf(Object.keys(resourceTypes))}`)
}

/** Returns the shape of what `describe` returns of a resource. */
export function describedShape({ describe, document }: ResourceType): Shape {
  const output = shapeOf('control', operationModel(describe).output!)
  return shapeOf('control', output.members![document]!.shape)
}

/** `datasetGroupArn` as a template has it: `DatasetGroupArn`. */
export function pascal(member: string): string {
  return member.charAt(0).toUpperCase() + member.slice(1)
}

/** `DatasetGroupArn` as the API has it: `datasetGroupArn`. */
export function camel(property: string): string {
  return property.charAt(0).toLowerCase() + property.slice(1)
}

function typeOf(noun: string): ResourceType {
  const named = (verb: string, name = noun) => allOperations.find(operation => operation.name === `${verb}${name}`)
  const create = named('Create')!
  const list = named('List', `${noun}s`)!
  const items = Object.keys(shapeOf('control', list.output!).members!).find(member => member !== 'nextToken')!
  const isJob = noun.endsWith('Job')
  return {
    noun,
    create: create.name,
    describe: named('Describe')!.name,
    list: list.name,
    remove: named('Delete')?.name,
    input: create.input,
    document: camel(noun),
    items,
    arn: `${camel(noun)}Arn`,
    name: isJob ? 'jobName' : 'name',
    rank: RANKS[noun]!,
    isJob,
  }
}
