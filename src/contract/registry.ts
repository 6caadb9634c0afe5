import { operations, shapes } from './generated/model.ts'
import type { Operations } from './generated/types.ts'

/** One of the three APIs that make up Amazon Personalize: `personalize`, `-events` and `-runtime`. */
export type Service = 'control' | 'events' | 'runtime'

/** The name of one of the 79 operations, e.g. `PutUsers`. */
export type OperationName = keyof Operations

/** A reference from a structure to a shape; `jsonvalue` members hold JSON, as a string on the wire. */
export interface Member {
  readonly shape: string
  readonly jsonvalue?: boolean
}

/** A shape and its constraints; `member`, `key` and `value` name shapes of the same service. */
export interface Shape {
  readonly type: 'structure' | 'list' | 'map' | 'string' | 'boolean' | 'timestamp' | NumberType
  readonly required?: readonly string[] | undefined
  readonly members?: Readonly<Record<string, Member>> | undefined
  readonly member?: string | undefined
  readonly key?: string | undefined
  readonly value?: string | undefined
  readonly min?: number | undefined
  readonly max?: number | undefined
  readonly pattern?: string | undefined
  readonly enum?: readonly string[] | undefined
  readonly sensitive?: boolean | undefined
}

type NumberType = 'integer' | 'long' | 'float' | 'double'

/** How an operation looks on the wire; `errors` gives the HTTP status of each exception that it declares. */
export interface OperationModel {
  readonly name: OperationName
  readonly service: Service
  readonly protocol: 'json' | 'rest-json'
  readonly method: string
  readonly path: string
  readonly targetPrefix?: string | undefined
  readonly input: string
  readonly output?: string | undefined
  readonly errors: Readonly<Record<string, number>>
}

/** Every operation: control plane, events, runtime, each by name. */
export const allOperations: readonly OperationModel[] = Object.values(operations)

/** The control plane's operations by `X-Amz-Target`, e.g. `AmazonPersonalize.CreateSchema`; all are `POST /`. */
export const operationByTarget: ReadonlyMap<string, OperationName> = new Map(
  allOperations.filter(op => op.targetPrefix).map(op => [`${op.targetPrefix}.${op.name}`, op.name]),
)

/** The operations of events and runtime by method and path, e.g. `POST /users`. */
export const operationByRoute: ReadonlyMap<string, OperationName> = new Map(
  allOperations.filter(op => !op.targetPrefix).map(op => [`${op.method} ${op.path}`, op.name]),
)

/** The model of the operation `name`. */
export function operationModel(name: OperationName): OperationModel {
  return operations[name]
}

/** The shape `name` of `service`; throws an Error where the model has none, which is a fault of ours. */
export function shapeOf(service: Service, name: string): Shape {
  const shape = shapes[service][name]
  if (!shape) throw new Error(`the ${service} model has no shape ${name}`)
  return shape
}
