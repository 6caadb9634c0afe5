import { partitionOf } from '../../contract/arn-start.ts'
import { assertNoFaults, faultsInto, oneOf } from './faults.ts'
import { evaluate, evaluateCondition, NO_VALUE, type Scope } from './functions.ts'
import { type Given, readParameters } from './parameters.ts'
import { isPending, pendingArn } from './pending.ts'
import type { RawResource, Template } from './read.ts'
import { describedShape, isOurs, pascal, type ResourceType, resourceType } from './types.ts'

/** Where the template is applied: the values of the pseudo parameters. */
interface Target {
  readonly region: string
  readonly accountId: string
  readonly stackName: string
}

/** A resource of this service that the template declares, and whose condition holds. */
export interface Declared {
  readonly id: string
  readonly type: ResourceType
  readonly properties: unknown
  /** The logical ids that its properties refer to. */
  readonly refers: readonly string[]
  /** The logical ids of `DependsOn`. */
  readonly dependsOn: readonly string[]
  readonly keeps: { readonly onDelete: boolean; readonly onReplace: boolean }
}

/** A resource of another service, which is left alone. */
export interface Other {
  readonly id: string
  readonly type: string
}

/** The values of functions that name resources: their ARNs and attributes. */
export interface Lookup {
  arn(id: string): string
  attribute(id: string, attribute: string): unknown
  /** Whether it only notes what is looked up: attributes are not taken from the template then. */
  readonly isNoting?: boolean
}

export interface Declaration {
  readonly resources: readonly Declared[]
  readonly others: readonly Other[]
  /** The names of a template that functions look up, with this lookup for its resources. */
  scope(lookup: Lookup): Scope
  /** The outputs whose condition holds. @throws Error naming the output */
  outputs(lookup: Lookup): Readonly<Record<string, unknown>>
}

/**
 * Returns what a template declares with these parameters.
 * @throws Error with every fault: its logical id, the property and what would be right
 */
export function declarationOf(template: Template, given: Given, target: Target): Declaration {
  assertParameters(template, given)
  const parameters = readParameters(template.Parameters, given)
  const base = { template, given, parameters, target }
  const scope = (lookup: Lookup) => scopeOf(base, lookup)
  const faults: string[] = []
  const others: Other[] = []
  const resources: Declared[] = []
  const conditions = scope(NOTHING)
  for (const name of Object.keys(template.Conditions)) faultsInto(faults, () => conditions.condition(name))
  assertNoFaults(faults)
  for (const [id, raw] of Object.entries(template.Resources)) {
    const isThere = faultsInto(faults, () => isToBe(id, raw, conditions))
    if (!isThere) continue
    if (!isOurs(raw.Type)) others.push({ id, type: raw.Type })
    else {
      const declared = faultsInto(faults, () => declaredOf(id, raw, template, scope))
      if (declared) resources.push(declared)
    }
  }
  const outputs: Declaration['outputs'] = lookup =>
    outputsOf(template, scopeOf({ ...base, elsewhere: pendingArn }, lookup))
  assertNoFaults(faults)
  outputs(NOTHING)
  return { resources, others, scope, outputs }
}

function isToBe(id: string, { Condition }: RawResource, scope: Scope): boolean {
  return Condition === undefined || evaluateCondition({ Condition }, scope, `${id}.Condition`)
}

/** The lookup of resources that are not there yet. */
export const NOTHING: Lookup = {
  arn: pendingArn,
  attribute: (id, attribute) => pendingArn(`${id}.${attribute}`),
}

function declaredOf(id: string, raw: RawResource, template: Template, scope: Declaration['scope']): Declared {
  const type = typeOf(id, raw)
  const refers = new Set<string>()
  const recording: Lookup = {
    isNoting: true,
    arn: id => pendingArn(refers.add(id) && id),
    attribute: (id, attribute) => pendingArn(refers.add(id) && `${id}.${attribute}`),
  }
  const properties = raw.Properties ?? {}
  evaluate(properties, scope(recording), `${id}.Properties`)
  const dependsOn = [raw.DependsOn ?? []].flat()
  const unknown = dependsOn.find(name => !Object.hasOwn(template.Resources, name))
  if (unknown !== undefined) throw new Error(`${id}.DependsOn: there is no resource ${unknown}`)
  for (const policy of ['DeletionPolicy', 'UpdateReplacePolicy'] as const)
    if (raw[policy] === 'Snapshot') throw new Error(`${id}.${policy} must be Delete or Retain: there are no snapshots`)
  const keeps = (policy: string | undefined) => policy === 'Retain' || policy === 'RetainExceptOnCreate'
  return {
    id,
    type,
    properties,
    refers: [...refers],
    dependsOn,
    keeps: { onDelete: keeps(raw.DeletionPolicy), onReplace: keeps(raw.UpdateReplacePolicy) },
  }
}

function typeOf(id: string, { Type }: RawResource): ResourceType {
  try {
    return resourceType(Type)
  } catch (error) {
    throw new Error(`${(error as Error).message} (${id}.Type)`)
  }
}

/** @throws Error for a name that the template does not use */
function assertParameters({ Parameters, Resources }: Template, given: Given): void {
  const isOther = (id: string) => Object.hasOwn(Resources, id) && !isOurs(Resources[id]!.Type)
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(Parameters, name) || isOther(name.split('.')[0]!)) continue
    const there = Object.keys(Parameters)
    throw new Error(
      `the template has no parameter ${name}${there.length > 0 ? `; there are ${oneOf(there)}` : ', and no others'}`,
    )
  }
}

interface Base {
  readonly template: Template
  readonly given: Given
  readonly parameters: ReadonlyMap<string, unknown>
  readonly target: Target
  /** The value for a resource of another service that is not given. Without it there is none. */
  readonly elsewhere?: (id: string) => string
}

function scopeOf(base: Base, lookup: Lookup): Scope {
  const { template, given, parameters, target, elsewhere } = base
  const conditions = new Map<string, boolean | 'open'>()
  const open = new Set<string>()
  const pseudo = pseudoParameters(target)
  const scope: Scope = {
    ref(name) {
      if (Object.hasOwn(pseudo, name)) return pseudo[name]
      if (parameters.has(name)) return parameters.get(name)
      if (Object.hasOwn(template.Parameters, name))
        throw new Error(`the parameter ${name} is kept in the Systems Manager: add --parameters ${name}=VALUE`)
      return findResource(name, name) ?? lookup.arn(name)
    },
    attribute(id, attribute) {
      const value = findResource(id, `${id}.${attribute}`)
      if (value !== undefined) return value
      const type = resourceType(template.Resources[id]!.Type)
      if (attribute === pascal(type.arn)) return lookup.arn(id)
      const there = Object.keys(describedShape(type).members!).map(pascal)
      if (!there.includes(attribute)) throw new Error(`${id} has no attribute ${attribute}; there are ${oneOf(there)}`)
      return declaredAttribute(id, attribute) ?? lookup.attribute(id, attribute)
    },
    mapping(name) {
      if (Object.hasOwn(template.Mappings, name)) return template.Mappings[name]!
      throw new Error(`there is no mapping ${name}`)
    },
    condition(name) {
      if (!Object.hasOwn(template.Conditions, name)) throw new Error(`there is no condition ${name}`)
      const known = conditions.get(name)
      if (known === 'open') throw new Error(`the condition ${name} refers to itself`)
      if (known !== undefined) return known
      conditions.set(name, 'open')
      try {
        const holds = evaluateCondition(template.Conditions[name], scope, `Conditions.${name}`)
        conditions.set(name, holds)
        return holds
      } catch (error) {
        conditions.delete(name)
        throw error
      }
    },
  }
  /** An attribute that the template has as a property is known before the resource is there. */
  const declaredAttribute = (id: string, attribute: string): unknown => {
    const { Properties = {} } = template.Resources[id]!
    const path = `${id}.Properties.${attribute}`
    if (lookup.isNoting || open.has(path) || !Object.hasOwn(Properties, attribute)) return undefined
    open.add(path)
    const value = evaluate(Properties[attribute], scope, path)
    open.delete(path)
    return value === NO_VALUE ? undefined : value
  }
  /** Returns the value that is given for another service's resource; undefined for one of this service. */
  const findResource = (id: string, wanted: string): string | undefined => {
    const raw = Object.hasOwn(template.Resources, id) ? template.Resources[id] : undefined
    if (!raw) throw new Error(`there is no parameter or resource ${id}`)
    if (raw.Condition !== undefined && !scope.condition(raw.Condition))
      throw new Error(`the resource ${id} is not there: its condition ${raw.Condition} does not hold`)
    if (isOurs(raw.Type)) return undefined
    if (Object.hasOwn(given, wanted)) return given[wanted]
    if (elsewhere) return elsewhere(id)
    throw new Error(`${id} is an ${raw.Type}, which is not made here: add --parameters ${wanted}=VALUE`)
  }
  return scope
}

function pseudoParameters({ region, accountId, stackName }: Target): Readonly<Record<string, unknown>> {
  const partition = partitionOf(region)
  return {
    'AWS::Region': region,
    'AWS::AccountId': accountId,
    'AWS::Partition': partition,
    'AWS::URLSuffix': partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com',
    'AWS::StackName': stackName,
    'AWS::StackId': `arn:${partition}:cloudformation:${region}:${accountId}:stack/${stackName}/personalite`,
    'AWS::NotificationARNs': [],
    'AWS::NoValue': NO_VALUE,
  }
}

/**
 * An output of another service's resource is left out, as the resource is. An Export is passed over: there are no other
 * stacks.
 */
function outputsOf({ Outputs }: Template, scope: Scope): Readonly<Record<string, unknown>> {
  const faults: string[] = []
  const values = Object.entries(Outputs).flatMap(([name, { Condition, Value }]) => {
    const isThere = () => Condition === undefined || evaluateCondition({ Condition }, scope, `Outputs.${name}`)
    const value = faultsInto(faults, () => (isThere() ? evaluate(Value, scope, `Outputs.${name}.Value`) : NO_VALUE))
    return value === NO_VALUE ? [] : [[name, value] as const]
  })
  assertNoFaults(faults)
  return Object.fromEntries(values.filter(([, value]) => !isPending(value)))
}
