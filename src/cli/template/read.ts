import {
  type CollectionTag,
  type Document,
  isScalar,
  Pair,
  parseDocument,
  Scalar,
  type ScalarTag,
  visit,
  YAMLMap,
  type YAMLSeq,
} from 'yaml'
import { assertNoFaults, isTree, oneOf, type Tree } from './faults.ts'

/** A resource as the template has it, its functions not yet evaluated. */
export interface RawResource {
  readonly Type: string
  readonly Properties?: Tree
  readonly DependsOn?: string | readonly string[]
  readonly Condition?: string
  readonly DeletionPolicy?: string
  readonly UpdateReplacePolicy?: string
}

/** A CloudFormation template: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html */
export interface Template {
  readonly Parameters: Readonly<Record<string, Tree>>
  readonly Mappings: Readonly<Record<string, Tree>>
  readonly Conditions: Tree
  readonly Resources: Readonly<Record<string, RawResource>>
  readonly Outputs: Readonly<Record<string, Tree>>
}

const SECTIONS = ['Parameters', 'Mappings', 'Conditions', 'Resources', 'Outputs'] as const
/**
 * Sections that say nothing about resources of this service. Rules check parameters of stacks that CloudFormation
 * itself deploys, and Globals are of serverless functions.
 */
const PASSED_OVER = ['AWSTemplateFormatVersion', 'Description', 'Metadata', 'Rules', 'Transform', 'Hooks', 'Globals']
/** Transforms that change nothing in a resource of this service. */
const TRANSFORMS = ['AWS::LanguageExtensions', 'AWS::Serverless-2016-10-31']

const ATTRIBUTES: Readonly<Record<string, (value: unknown) => boolean>> = {
  Type: value => typeof value === 'string',
  Properties: isTree,
  DependsOn: value => typeof value === 'string' || (Array.isArray(value) && value.every(id => typeof id === 'string')),
  Condition: value => typeof value === 'string',
  DeletionPolicy: value => POLICIES.includes(value as string),
  UpdateReplacePolicy: value => POLICIES.includes(value as string),
  Metadata: () => true,
  CreationPolicy: () => true,
  UpdatePolicy: () => true,
}
const POLICIES = ['Delete', 'Retain', 'RetainExceptOnCreate', 'Snapshot']
const RIGHT: Readonly<Record<string, string>> = {
  Type: 'must be the name of a type such as AWS::Personalize::Dataset',
  Properties: 'must be a mapping',
  DependsOn: 'must be a logical id, or a list of them',
  Condition: 'must be the name of a condition',
  DeletionPolicy: `must be ${oneOf(POLICIES)}`,
  UpdateReplacePolicy: `must be ${oneOf(POLICIES)}`,
}

/** The short forms of YAML, each with the key that it stands for. */
const SHORT_FORMS = ['Ref', 'Condition']
const FUNCTIONS = [
  ...['And', 'Base64', 'Cidr', 'Equals', 'FindInMap', 'GetAtt', 'GetAZs', 'If', 'ImportValue', 'Join', 'Length', 'Not'],
  ...['Or', 'Select', 'Split', 'Sub', 'ToJsonString', 'Transform'],
]

/**
 * Reads a template, in JSON or in YAML with its short forms.
 * @throws Error naming the place, for text that is neither, and for sections and attributes that are unknown or wrong
 */
export function readTemplate(text: string): Template {
  const template = parse(text)
  if (!isTree(template)) throw new Error('the template must be a mapping with the section Resources')
  const faults: string[] = []
  for (const section of Object.keys(template).filter(section => !isKnown(section)))
    faults.push(`${section} is not a section of a template; there are ${oneOf([...SECTIONS, ...PASSED_OVER])}`)
  for (const section of SECTIONS) checkSection(section, template[section], faults)
  checkTransform(template.Transform, faults)
  assertNoFaults(faults)
  for (const [id, resource] of Object.entries(template.Resources as Tree)) checkResource(id, resource, faults)
  assertNoFaults(faults)
  return Object.fromEntries(SECTIONS.map(section => [section, template[section] ?? {}])) as unknown as Template
}

const NO_RESOURCES = 'Resources is missing: a template declares at least one resource'
const LOGICAL_ID = /^[A-Za-z\d]+$/

const isKnown = (section: string) => [...SECTIONS, ...PASSED_OVER].includes(section)

function checkSection(section: string, value: unknown, faults: string[]): void {
  if (value === undefined || value === null) {
    if (section === 'Resources') faults.push(NO_RESOURCES)
    return
  }
  if (!isTree(value)) {
    faults.push(`${section} must be a mapping`)
    return
  }
  if (section === 'Resources' && Object.keys(value).length === 0) faults.push(NO_RESOURCES)
  for (const [name, entry] of Object.entries(value)) {
    const fault = faultOf(section, name, entry)
    if (fault !== undefined) faults.push(`${section}.${name} ${fault}`)
    else if (section !== 'Conditions') checkMembers(section, name, entry as Tree, faults)
  }
}

function faultOf(section: string, name: string, entry: unknown): string | undefined {
  if (name.startsWith('Fn::')) return 'is not run here; apply the template that it writes'
  if (!LOGICAL_ID.test(name)) return 'must have a name of letters and digits alone'
  return section === 'Conditions' || isTree(entry) ? undefined : 'must be a mapping'
}

function checkMembers(section: string, name: string, entry: Tree, faults: string[]): void {
  const { [section]: members } = MEMBERS
  if (!members) return
  for (const member of Object.keys(entry))
    if (!members.includes(member)) faults.push(`${section}.${name}.${member} is unknown: there are ${oneOf(members)}`)
  if (section === 'Outputs' && entry.Value === undefined) faults.push(`Outputs.${name}.Value is missing`)
}

/** The members of the entries of sections. */
const MEMBERS: Readonly<Record<string, readonly string[]>> = {
  Parameters: [
    ...['Type', 'Default', 'AllowedValues', 'AllowedPattern', 'MinLength', 'MaxLength', 'MinValue', 'MaxValue'],
    ...['ConstraintDescription', 'Description', 'NoEcho'],
  ],
  Outputs: ['Value', 'Description', 'Export', 'Condition'],
}

function checkTransform(transform: unknown, faults: string[]): void {
  for (const name of [transform ?? []].flat())
    if (!TRANSFORMS.includes(name as string))
      faults.push(`Transform: ${JSON.stringify(name)} is not run here; apply the template that it writes`)
}

function checkResource(id: string, resource: unknown, faults: string[]): void {
  for (const [attribute, value] of Object.entries({ Type: undefined, ...(resource as Tree) })) {
    const isRight = ATTRIBUTES[attribute]
    if (!isRight) faults.push(`${id}.${attribute} is not an attribute of a resource: ${oneOf(Object.keys(ATTRIBUTES))}`)
    else if (!isRight(value)) faults.push(`${id}.${attribute} ${RIGHT[attribute]}`)
  }
}

/** @throws Error with the line */
function parse(text: string): unknown {
  const document = parseDocument(text, { customTags, prettyErrors: true })
  const [error] = document.errors.length > 0 ? document.errors : document.warnings
  if (error?.code === 'MULTIPLE_DOCS') throw new Error('the template must be one YAML document, without --- in between')
  if (error) throw new Error(`the template is neither YAML nor JSON: ${error.message.split('\n')[0]}`)
  rewrite(document)
  try {
    const value: unknown = document.toJS()
    JSON.stringify(value)
    return value
  } catch (error) {
    const isCircle = error instanceof TypeError
    throw new Error(`the template's aliases: ${isCircle ? 'one is within its own anchor' : (error as Error).message}`)
  }
}

const keyOfTag = new Map(
  [...SHORT_FORMS, ...FUNCTIONS].map(name => [`!${name}`, SHORT_FORMS.includes(name) ? name : `Fn::${name}`]),
)

/** Each short form may stand before a text, a list or a mapping. */
const customTags: (ScalarTag | CollectionTag)[] = [...keyOfTag.keys()].flatMap(tag => {
  const collection = (kind: 'seq' | 'map'): CollectionTag => ({ tag, collection: kind, resolve: node => node })
  return [{ tag, resolve: (value: string) => value }, collection('seq'), collection('map')]
})

/** Puts the long form in place of each short one, and a number as its text where JSON would write it otherwise. */
function rewrite(document: Document.Parsed): void {
  visit(document, {
    Node(_key, node) {
      const tag = String(node.tag)
      const key = keyOfTag.get(tag)
      if (key !== undefined) return callOf(key, tag, node as Scalar | YAMLMap | YAMLSeq)
      if (isScalar(node) && typeof node.value === 'number' && String(node.value) !== node.source)
        node.value = node.source
      return undefined
    },
  })
}

/** Returns the long form of a function. An alias of the short form stands for all of it. */
function callOf(key: string, tag: string, node: Scalar | YAMLMap | YAMLSeq): YAMLMap {
  const call = new YAMLMap()
  if (node.anchor !== undefined) call.anchor = node.anchor
  delete node.anchor
  delete node.tag
  const argument = isScalar(node) ? new Scalar(argumentOf(tag, String(node.value))) : node
  call.add(new Pair(new Scalar(key), argument))
  return call
}

/** `!GetAtt Group.DatasetGroupArn` has its parts in one text. */
function argumentOf(tag: string, value: string): unknown {
  const dot = value.indexOf('.')
  return tag === '!GetAtt' && dot > 0 ? [value.slice(0, dot), value.slice(dot + 1)] : value
}
