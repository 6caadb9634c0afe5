import { shapeOf } from '../../contract/registry.ts'
import type { Shape } from '../../contract/shapes.ts'
import { linearPatterns } from '../../contract/validate.ts'
import { isTree, oneOf, type Tree } from './faults.ts'
import { decimal } from './numbers.ts'
import { isPending } from './pending.ts'
import { camel, pascal, type ResourceType, typeName } from './types.ts'

/** The property of a Dataset that is no member of CreateDataset: the import that fills it. */
export const IMPORT = 'datasetImportJob'
const IMPORT_SHAPE = 'CreateDatasetImportJobRequest'
/** Members of the import that CloudFormation lists, and that follow from the dataset. */
const OF_THE_IMPORT = ['datasetArn', 'datasetImportJobArn']

/** CloudFormation's names of tags beside the API's. */
const TAG: Readonly<Record<string, string>> = { key: 'tagKey', value: 'tagValue' }

interface Place {
  readonly path: string
  readonly faults: string[]
}

/**
 * Returns the properties of a resource as the input of its Create operation. Texts become numbers and booleans where
 * the contract has these. Each property that is unknown, missing or wrong adds a fault.
 */
export function inputOf(type: ResourceType, properties: unknown, path: string, faults: string[]): Tree {
  const given = isTree(properties) ? properties : {}
  const { DatasetImportJob, ...rest } = given
  const isDataset = type.noun === 'Dataset'
  const place = { path, faults }
  const extra = isDataset ? [pascal(IMPORT)] : []
  const input = structure(shapeOf('control', type.input), isDataset ? rest : given, place, {
    of: typeName(type),
    extra,
  })
  if (!isDataset || DatasetImportJob === undefined) return input
  return { ...input, [IMPORT]: importOf(DatasetImportJob, { path: `${path}.DatasetImportJob`, faults }) }
}

function importOf(value: unknown, place: Place): unknown {
  if (!isTree(value)) return fault(place, 'must be a mapping')
  const members = Object.entries(value).filter(([key]) => !OF_THE_IMPORT.includes(camel(key)))
  const shape = shapeOf('control', IMPORT_SHAPE)
  const required = shape.required?.filter(member => !OF_THE_IMPORT.includes(member))
  return structure({ ...shape, required }, Object.fromEntries(members), place, { of: 'DatasetImportJob' })
}

function convert(shapeName: string, value: unknown, place: Place): unknown {
  if (typeof value === 'string' && isPending(value)) return value
  const shape = shapeOf('control', shapeName)
  const { path, faults } = place
  if (shape.type === 'structure') {
    if (!isTree(value)) return fault(place, 'must be a mapping')
    return structure(shape, shapeName === 'Tag' ? asTag(value) : value, place, { of: shapeName })
  }
  if (shape.type === 'map') {
    if (!isTree(value)) return fault(place, 'must be a mapping')
    const entries = Object.entries(value)
    checkSize(shape, entries.length, place, 'entries')
    return Object.fromEntries(
      entries.map(([key, part]) => [key, convert(shape.value!, part, { path: `${path}.${key}`, faults })]),
    )
  }
  if (shape.type === 'list') {
    if (!Array.isArray(value)) return fault(place, 'must be a list')
    checkSize(shape, value.length, place, 'entries')
    return value.map((part, at) => convert(shape.member!, part, { path: `${path}.${at + 1}`, faults }))
  }
  if (shape.type === 'string') return text(shape, value, place)
  if (shape.type === 'boolean') return boolean(value, place)
  return number(shape, value, place)
}

interface Named {
  /** The name of the structure in messages. */
  readonly of: string
  /** Names of properties beside those of the shape. */
  readonly extra?: readonly string[]
}

function structure(shape: Shape, value: Tree, { path, faults }: Place, { of, extra = [] }: Named): Tree {
  const members = shape.members!
  const there = [...Object.keys(members).map(pascal), ...extra]
  const result: Record<string, unknown> = {}
  for (const [key, part] of Object.entries(value)) {
    if (part === null || part === undefined) continue
    const member = there.includes(key) ? members[camel(key)] : undefined
    if (member) result[camel(key)] = convert(member.shape, part, { path: `${path}.${key}`, faults })
    else faults.push(`${path}.${key} is not a property of ${of}; there are ${oneOf(there)}`)
  }
  for (const name of shape.required ?? [])
    if (!(name in result)) faults.push(`${path}.${pascal(name)} is missing: ${of} needs it`)
  return result
}

function asTag(value: Tree): Tree {
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [pascal(TAG[camel(key)] ?? camel(key)), part] as const),
  )
}

function text(shape: Shape, value: unknown, place: Place): unknown {
  if (!['string', 'number', 'boolean'].includes(typeof value)) return fault(place, 'must be a text')
  const given = String(value)
  checkSize(shape, [...given].length, place, 'characters')
  if (shape.enum && !shape.enum.includes(given)) fault(place, `must be ${oneOf(shape.enum)}, got ${quoted(given)}`)
  const { pattern, max = Number.POSITIVE_INFINITY } = shape
  if (pattern === undefined || given.length > max) return given
  if (!new RegExp(`^(?:${linearPatterns[pattern] ?? pattern})$`, 'u').test(given))
    fault(place, `must match ${pattern}, got ${quoted(given)}`)
  return given
}

function boolean(value: unknown, place: Place): unknown {
  if (typeof value === 'boolean') return value
  const word = typeof value === 'string' ? value.toLowerCase() : value
  if (word === 'true' || word === 'false') return word === 'true'
  return fault(place, 'must be true or false')
}

function number(shape: Shape, value: unknown, place: Place): unknown {
  const given = decimal(value)
  const isWhole = shape.type === 'integer' || shape.type === 'long'
  const isRight = isWhole ? Number.isSafeInteger(given) : Number.isFinite(given)
  if (!isRight) return fault(place, `must be a ${isWhole ? 'whole ' : ''}number`)
  checkSize(shape, given, place)
  return given
}

function checkSize({ min, max }: Shape, size: number, place: Place, unit = ''): void {
  const measured = (limit: number) => (unit ? `have ${limit} ${unit}` : `be ${limit}`)
  const got = unit ? '' : `, got ${size}`
  if (min !== undefined && size < min) fault(place, `must ${measured(min)} or more${got}`)
  if (max !== undefined && size > max) fault(place, `must ${measured(max)} at most${got}`)
}

function fault({ path, faults }: Place, message: string): undefined {
  faults.push(`${path} ${message}`)
  return undefined
}

const QUOTED_MAX = 60

function quoted(value: string): string {
  return JSON.stringify(value.length > QUOTED_MAX ? `${value.slice(0, QUOTED_MAX)}…` : value)
}
