import { DEPTH_MAX, isTooDeep } from '../contract/depth.ts'
import { InvalidInputException } from '../contract/errors.ts'
import { isObject } from '../contract/json.ts'
import { faultOf } from '../contract/json-fault.ts'
import { repeatedMember } from '../contract/repeated-member.ts'
import { type DatasetType, type Domain, datasetTypes } from './dataset-type.ts'
import { foldName, nearestName } from './names.ts'
import { type Requirements, requirementsOf, type ValueRule, valueRuleOf } from './requirements.ts'

const fieldTypes = ['string', 'int', 'long', 'float', 'double', 'boolean'] as const

export type FieldType = (typeof fieldTypes)[number]

export interface Field {
  readonly name: string
  readonly type: FieldType
  readonly nullable: boolean
  readonly categorical: boolean
  readonly textual: boolean
  /** The rule for its values, if the guide has one for a reserved field. */
  readonly rule?: ValueRule | undefined
}

export interface Schema {
  readonly datasetType: DatasetType
  readonly domain?: Domain | undefined
  readonly fields: readonly Field[]
}

/**
 * Reads the Avro text of CreateSchema and checks it against the guide (how-it-works-dataset-schema.md and the table in
 * `requirements.ts`).
 *
 * Any namespace, any `version` and attributes unknown to the guide are let through, since they change nothing. AWS's
 * own notebooks create schemas with version "1.1", 1 and none; published walk-throughs have other namespaces.
 *
 * Three misspellings are refused, since the schema would quietly mean something else: a keyword in another letter case,
 * an attribute that is nearly `categorical`, and a member that is there twice.
 * @throws InvalidInputException naming the field, the fault and the right value
 */
export function parseSchema(text: string, domain?: Domain): Schema {
  const record = parseRecordType(text)
  const twice = repeatedMember(text)
  if (twice !== undefined) refuse(`${show(twice)} must be given once in an object`)
  const schema = readRecordType(record, domain)
  checkAttributes(record.fields as readonly Record<string, unknown>[])
  checkKeywords(schema)
  checkMetadata(schema)
  return schema
}

/** Reads the record type of a schema, which may have been created before a check of `parseSchema` was asked. */
function readRecordType(record: Record<string, unknown>, domain?: Domain): Schema {
  const datasetType = datasetTypes.find(type => foldName(type) === foldName(String(record.name)))
  if (!datasetType)
    refuse(`name must be Interactions, Users, Items, Actions or ActionInteractions, got ${show(record.name)}`)
  const requirements = requirementsOf(datasetType, domain)
  if (!requirements) refuse(`${record.name} cannot be in the domain ${domain}: actions need a custom dataset group`)
  if (!Array.isArray(record.fields)) refuse(`fields must be a list of fields, got ${show(record.fields)}`)
  const fields: readonly Field[] = record.fields.map(parseField).map(field => asRead(field, datasetType))
  checkNames(fields)
  checkTextual(fields, datasetType)
  checkRequirements(fields, requirements)
  return {
    datasetType,
    domain,
    fields: fields.map(field => (seldomThere(field) ? { ...field, nullable: true } : field)),
  }
}

/**
 * Samples of the service's first years, AWS's data-conversion-pipeline among them, have EVENT_VALUE as a string: it is
 * read as the number that it is.
 */
function asRead(field: Field, datasetType: DatasetType): Field {
  if (datasetType === 'INTERACTIONS' && field.name === 'EVENT_VALUE' && field.type === 'string' && !field.categorical)
    return { ...field, type: 'float' }
  const rule = field.type === 'string' || field.type === 'boolean' ? undefined : valueRuleOf(datasetType, field.name)
  return rule ? { ...field, rule } : field
}

/**
 * Whether only some interactions have it, even if the schema requires it. AWS's notebook on exploration declares
 * IMPRESSION a string without null, and then puts events that have none.
 */
function seldomThere({ name }: Field): boolean {
  return name === 'IMPRESSION' || name === 'RECOMMENDATION_ID'
}

/**
 * The schema of a schema resource's document.
 * @param columns the order that its fields are given: that in which a dataset's records are stored
 */
export function schemaIn(document: Readonly<Record<string, unknown>>, columns?: readonly string[]): Schema {
  const record = parseRecordType(document.schema as string)
  const schema = readRecordType(record, document.domain as Domain | undefined)
  if (!columns) return schema
  return { ...schema, fields: columns.map(name => schema.fields.find(field => field.name === name)!) }
}

/**
 * The rules of UpdateDataset (updating-dataset-schema.md). Only Users and Items schemas can be replaced. The new one
 * must keep every field with its type and attributes, and its own fields must have a null type. The order may change:
 * records stay in the order in which they were stored, new fields last.
 * @throws InvalidInputException naming the field and the right value
 */
export function canUpdateSchema(current: Schema, replacement: Schema): void {
  const { datasetType, domain } = current
  if (datasetType !== 'USERS' && datasetType !== 'ITEMS')
    refuse(`the schema of a dataset of type ${datasetType} cannot be replaced, only of USERS and ITEMS`)
  if (replacement.datasetType !== datasetType || replacement.domain !== domain)
    refuse(`must be for a dataset of type ${datasetType} ${domain ? `in the domain ${domain}` : 'without a domain'}`)
  for (const field of current.fields) {
    const kept = replacement.fields.find(({ name }) => name === field.name)
    if (!kept) refuse(`the field ${field.name} is missing: every field of the current schema must be kept`)
    if (describe(kept) !== describe(field))
      refuse(`the field ${field.name} must stay ${describe(field)}, got ${describe(kept)}`)
  }
  const added = replacement.fields.filter(({ name }) => !current.fields.some(field => field.name === name))
  const strict = added.find(({ nullable }) => !nullable)
  if (strict) refuse(`the new field ${strict.name} must have a null type: ["null", "${strict.type}"]`)
}

/** The fields of a record besides its id, in the order in which their values are stored. */
export function valueFields({ datasetType, fields }: Schema): readonly Field[] {
  return fields.filter(({ name }) => name !== idFields[datasetType])
}

/** Returns the field that a client names. Its letters and digits count, as in `properties` and in heads of files. */
export function fieldNamed(fields: readonly Field[], name: string): Field | undefined {
  return fields.find(field => foldName(field.name) === foldName(name))
}

/** The field that says which user, item or action a record describes, or which item or action was interacted with. */
export const idFields: Readonly<Record<DatasetType, string>> = {
  INTERACTIONS: 'ITEM_ID',
  USERS: 'USER_ID',
  ITEMS: 'ITEM_ID',
  ACTIONS: 'ACTION_ID',
  ACTION_INTERACTIONS: 'ACTION_ID',
}

function parseRecordType(text: string): Record<string, unknown> {
  if (isTooDeep(text)) refuse(`must not be nested more than ${DEPTH_MAX} deep`)
  let record: unknown
  try {
    record = JSON.parse(text)
  } catch (error) {
    refuse(`must be JSON, and is malformed${faultOf(text, error)}`)
  }
  if (!isObject(record)) refuse(`must be a JSON object, got ${show(record)}`)
  if (record.type !== 'record') refuse(`type must be "record", got ${show(record.type)}`)
  const { namespace = '' } = record
  if (typeof namespace !== 'string')
    refuse(`namespace must be a string such as "com.amazonaws.personalize.schema", got ${show(namespace)}`)
  return record
}

function parseField(field: unknown): Field {
  if (!isObject(field) || typeof field.name !== 'string')
    refuse(`a field must be an object with a name, got ${show(field)}`)
  const { name, type } = field
  if (!/^[A-Za-z_]\w*$/.test(name) || foldName(name) === '')
    refuse(`the field name ${show(name)} must be letters, digits and underscores, and not begin with a digit`)
  const union = Array.isArray(type) ? type : [type]
  const [only, ...more] = union.filter(member => member !== 'null')
  const known = fieldTypes.find(candidate => candidate === only)
  if (!known || more.length > 0 || union.length > 2)
    refuse(
      `the field ${name} must be of type ${fieldTypes.join(', ')}, or a list of one of them and "null", got ${show(type)}`,
    )
  const categorical = flagOf(name, 'categorical', field.categorical)
  const textual = flagOf(name, 'textual', field.textual)
  if (textual && known !== 'string') refuse(`the field ${name}: only a string can be textual, this is of type ${known}`)
  if (categorical && textual) refuse(`the field ${name} must be categorical or textual, not both`)
  // Of a number it says nothing: AWS's samples have genres that are 0 or 1 so.
  return { name, type: known, nullable: union.length > 1, categorical: categorical && known === 'string', textual }
}

/** Words are taken too: AWS's workshop created schemas with `"categorical": "true"` for two years. */
function flagOf(name: string, attribute: string, value: unknown = false): boolean {
  const flag = typeof value === 'string' ? value.toLowerCase() : value
  if (flag === true || flag === 'true') return true
  if (flag === false || flag === 'false') return false
  refuse(`the field ${name}: ${attribute} must be true or false, got ${show(value)}`)
}

function checkNames(fields: readonly Field[]): void {
  const names = new Map<string, string>()
  for (const { name } of fields) {
    const other = names.get(foldName(name))
    if (other)
      refuse(`the fields ${other} and ${name} must differ in their letters and digits: they have one name for clients`)
    names.set(foldName(name), name)
  }
}

function checkTextual(fields: readonly Field[], datasetType: DatasetType): void {
  const textual = fields.filter(field => field.textual).map(({ name }) => name)
  if (textual.length > 0 && datasetType !== 'ITEMS')
    refuse(`the field ${textual[0]} cannot be textual: only Items have text`)
  if (textual.length > 1) refuse(`only one field can be textual, got ${textual.join(', ')}`)
}

function checkRequirements(
  fields: readonly Field[],
  { required, reserved, metadata: [least, most] }: Requirements,
): void {
  const rules = new Map<string, string>()
  for (const [names, rule] of Object.entries({ ...required, ...reserved }))
    for (const name of names.split(' / ')) rules.set(name, rule)

  for (const names of Object.keys(required)) {
    if (fields.some(({ name }) => names.split(' / ').includes(name))) continue
    refuseMisspelt(fields, names.split(' / '))
    refuse(`the field ${names} is missing: it is required and must be ${required[names]}`)
  }
  for (const field of fields) {
    const rule = rules.get(field.name)
    if (rule && !meets(field, rule)) refuse(`the field ${field.name} must be ${rule}, got ${describe(field)}`)
  }
  const metadata = fields.filter(({ name }) => !rules.has(name))
  const reservedMetadata = fields.some(({ name, categorical }) => categorical && Object.hasOwn(reserved, name))
  if (metadata.length < least && !reservedMetadata)
    refuse(`fields must have one more, about the ${Object.keys(required)[0]}: a categorical string or a number`)
  if (metadata.length > most)
    refuse(`fields can have at most ${most} of your own (not required or reserved), got ${metadata.length}`)
}

/** With `"Categorical": true` a field would be no category, and left out of training. */
function checkAttributes(fields: readonly Record<string, unknown>[]): void {
  for (const { name, ...attributes } of fields) {
    for (const [attribute, value] of Object.entries(attributes)) {
      if (flags.includes(attribute) || !(value === true || value === 'true')) continue
      const meant = nearestName(attribute, flags)
      if (meant) refuse(`the field ${name}: ${show(attribute)} is not an attribute of a field; is it ${meant}?`)
    }
  }
}

const flags = ['categorical', 'textual']

/** A keyword in another spelling would be metadata: with `event_type` imported events had no event type. */
function checkKeywords({ datasetType, domain, fields }: Schema): void {
  const { required, reserved } = requirementsOf(datasetType, domain)!
  const names = Object.keys({ ...required, ...reserved }).flatMap(names => names.split(' / '))
  refuseMisspelt(fields, names)
}

function refuseMisspelt(fields: readonly Field[], keywords: readonly string[]): void {
  for (const { name } of fields) {
    const keyword = keywords.find(keyword => foldName(keyword) === foldName(name))
    if (keyword !== undefined && keyword !== name)
      refuse(`the field ${name} must be written ${keyword}, as the keyword is`)
  }
}

/**
 * Users, Items and Actions need a field that training can use: not strings alone, unless one is categorical or textual
 * (custom-datasets-and-schemas.md).
 */
function checkMetadata({ datasetType, domain, fields }: Schema): void {
  const { required, metadata } = requirementsOf(datasetType, domain)!
  if (metadata[0] === 0 || fields.length === 0) return
  const own = fields.filter(({ name }) => !Object.hasOwn(required, name))
  if (own.some(({ type, categorical, textual }) => type !== 'string' || categorical || textual)) return
  refuse(
    `fields must have a number or a categorical string about the ${Object.keys(required)[0]}: make ${own[0]!.name} categorical, say`,
  )
}

/** Whether a field agrees with a rule of `requirements.ts`, such as `categorical string or null`. */
function meets(field: Field, rule: string): boolean {
  const words = rule.split(' ')
  const flagsMatch = field.categorical === words.includes('categorical') && field.textual === words.includes('textual')
  return flagsMatch && words.includes(field.type) && (!field.nullable || words.includes('null'))
}

/** A field in the words of `requirements.ts`. */
function describe({ type, nullable, categorical, textual }: Field): string {
  return `${categorical ? 'categorical ' : ''}${textual ? 'textual ' : ''}${type}${nullable ? ' or null' : ''}`
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length > 40 ? `${text.slice(0, 40)}…` : text
}

function refuse(problem: string): never {
  throw new InvalidInputException(`schema: ${problem}`)
}
