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

/** The wire format of an operation. `errors` has the HTTP status of each exception that it declares. */
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
