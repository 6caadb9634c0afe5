/**
 * Writes src/contract/generated/ from contract/model/: the types for the compiler and the tables for validation. With
 * `--check` it only checks that they are up to date.
 */

import { mkdirSync, readFileSync } from 'node:fs'
import type { Member, OperationModel, Service, Shape } from '../src/contract/shapes.ts'
import { generated } from './generated.ts'

interface ModelShape extends Omit<Shape, 'member' | 'key' | 'value'> {
  readonly member?: Member
  readonly key?: Member
  readonly value?: Member
  readonly exception?: boolean
  readonly error?: { readonly httpStatusCode: number }
}

interface ModelOperation {
  readonly http: { readonly method: string; readonly requestUri: string }
  readonly input: Member
  readonly output?: Member
  readonly errors: readonly Member[]
}

interface Model {
  readonly metadata: { readonly protocol: OperationModel['protocol']; readonly targetPrefix?: string }
  readonly operations: Readonly<Record<string, ModelOperation>>
  readonly shapes: Readonly<Record<string, ModelShape>>
}

const root = new URL('../', import.meta.url)
const folder = new URL('src/contract/generated/', root)
const header = '// Generated from contract/model/ by `npm run generate` (scripts/generate-contract.ts). Do not edit.\n'

const modelFiles = { control: 'personalize', events: 'personalize-events', runtime: 'personalize-runtime' } as const
const services = Object.keys(modelFiles) as Service[]
const models = Object.fromEntries(services.map(service => [service, readModel(service)])) as Record<Service, Model>

mkdirSync(folder, { recursive: true })
generated(new URL('types.ts', folder), header + typesFile())
generated(new URL('model.ts', folder), header + modelFile())

function readModel(service: Service): Model {
  return JSON.parse(readFileSync(new URL(`contract/model/${modelFiles[service]}.json`, root), 'utf8'))
}

function typesFile(): string {
  const declarations = new Map<string, string>()
  for (const service of services) {
    for (const [name, shape] of sorted(models[service].shapes)) {
      if (shape.exception || !(shape.type === 'structure' || shape.enum)) continue
      const declared = typeName(service, name)
      const text = declaration(service, declared, shape)
      if ((declarations.get(declared) ?? text) !== text) throw new Error(`two different shapes are named ${declared}`)
      declarations.set(declared, text)
    }
  }
  const epoch =
    '/** Seconds since 1970-01-01T00:00:00Z; fractions are milliseconds. */\nexport type EpochSeconds = number\n'
  return `\n${[epoch, ...declarations.values(), operationTypes()].join('\n')}`
}

function declaration(service: Service, name: string, shape: ModelShape): string {
  if (shape.enum) return `export type ${name} = ${shape.enum.map(value => `'${value}'`).join(' | ')}\n`
  const lines = Object.entries(shape.members ?? {}).map(([member, { shape: target }]) => {
    const type = typeText(service, target)
    return shape.required?.includes(member)
      ? `  readonly ${member}: ${type}\n`
      : `  readonly ${member}?: ${type} | undefined\n`
  })
  return lines.length === 0
    ? `export type ${name} = Record<string, never>\n`
    : `export interface ${name} {\n${lines.join('')}}\n`
}

function typeText(service: Service, name: string): string {
  const shape = models[service].shapes[name]!
  switch (shape.type) {
    case 'structure':
      return typeName(service, name)
    case 'list':
      return `readonly ${typeText(service, shape.member!.shape)}[]`
    case 'map':
      return mapText(typeText(service, shape.key!.shape), typeText(service, shape.value!.shape))
    case 'string':
      return shape.enum ? typeName(service, name) : 'string'
    case 'timestamp':
      return 'EpochSeconds'
    case 'boolean':
      return 'boolean'
    default:
      return 'number'
  }
}

function mapText(key: string, value: string): string {
  return key === 'string' ? `Readonly<Record<string, ${value}>>` : `Readonly<Partial<Record<${key}, ${value}>>>`
}

/** The shape's own name; if an earlier service uses that name for another shape, the service goes in front. */
function typeName(service: Service, name: string): string {
  const shape = JSON.stringify(models[service].shapes[name])
  const earlier = services.slice(0, services.indexOf(service)).map(other => models[other].shapes[name])
  const taken = earlier.some(other => other && JSON.stringify(other) !== shape)
  return taken ? service[0]!.toUpperCase() + service.slice(1) + name : name
}

function operationTypes(): string {
  const lines = allOperations().map(([service, name, { input, output }]) => {
    const types = [input, ...(output ? [output] : [])].map(({ shape }) => typeName(service, shape))
    return `  readonly ${name}: Operation<${types.join(', ')}>\n`
  })
  return `export interface Operation<Input, Output = Record<string, never>> {
  readonly input: Input
  readonly output: Output
}

export interface Operations {\n${lines.join('')}}\n`
}

function modelFile(): string {
  const shapes = Object.fromEntries(services.map(service => [service, shapeTable(service)]))
  const operations = Object.fromEntries(allOperations().map(([service, name, op]) => [name, row(service, name, op)]))
  return `import type { OperationModel, OperationName, Service, Shape } from '../shapes.ts'

export const operations: Readonly<Record<OperationName, OperationModel>> = ${literal(operations)}

export const shapes: Readonly<Record<Service, Readonly<Record<string, Shape>>>> = ${literal(shapes)}
`
}

function shapeTable(service: Service): Record<string, Shape> {
  const shapes = sorted(models[service].shapes).filter(([, shape]) => !shape.exception)
  return Object.fromEntries(shapes.map(([name, shape]) => [name, constraints(shape)]))
}

function constraints(shape: ModelShape): Shape {
  const { type, required, members, min, max, pattern, enum: values, sensitive } = shape
  const target = { member: shape.member?.shape, key: shape.key?.shape, value: shape.value?.shape }
  return { type, required, members, ...target, min, max, pattern, enum: values, sensitive }
}

function row(service: Service, name: string, { http, input, output, errors }: ModelOperation): OperationModel {
  const { metadata, shapes } = models[service]
  return {
    name: name as OperationModel['name'],
    service,
    protocol: metadata.protocol,
    method: http.method,
    path: http.requestUri,
    targetPrefix: metadata.targetPrefix,
    input: input.shape,
    output: output?.shape,
    // The JSON 1.1 model has no statuses: that protocol answers 400 for all of the client's errors.
    errors: Object.fromEntries(errors.map(({ shape }) => [shape, shapes[shape]!.error?.httpStatusCode ?? 400])),
  }
}

function allOperations(): [Service, string, ModelOperation][] {
  return services.flatMap(service =>
    sorted(models[service].operations).map(([name, op]): [Service, string, ModelOperation] => [service, name, op]),
  )
}

function sorted<T>(record: Readonly<Record<string, T>>): [string, T][] {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1))
}

/** `value` as TypeScript source, without undefined members: on one line if it fits in 120 columns. */
function literal(value: unknown, indent = '', key = ''): string {
  if (typeof value === 'string') return `${key}'${value.replace(/[\\']/g, '\\$&')}'`
  if (typeof value !== 'object' || value === null) return key + String(value)
  const inner = `${indent}  `
  const isList = Array.isArray(value)
  const parts = isList
    ? value.map(item => literal(item, inner))
    : Object.entries(value).flatMap(([name, item]) => (item === undefined ? [] : [literal(item, inner, `${name}: `)]))
  const line = key + (isList ? `[${parts.join(', ')}]` : `{ ${parts.join(', ')} }`)
  if (!line.includes('\n') && indent.length + line.length < 120) return line
  return `${key}${isList ? '[' : '{'}\n${parts.map(part => `${inner}${part},\n`).join('')}${indent}${isList ? ']' : '}'}`
}
