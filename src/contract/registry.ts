import { operations, shapes } from './generated/model.ts'
import type { OperationModel, OperationName, Service, Shape } from './shapes.ts'

/** All operations of the control plane, events and runtime. */
export const allOperations: readonly OperationModel[] = Object.values(operations)

/** The control plane's operations by `X-Amz-Target`, e.g. `AmazonPersonalize.CreateSchema`; all are `POST /`. */
export const operationByTarget: ReadonlyMap<string, OperationName> = new Map(
  allOperations.filter(op => op.targetPrefix).map(op => [`${op.targetPrefix}.${op.name}`, op.name]),
)

/** The operations of events and runtime by method and path, e.g. `POST /users`. */
export const operationByRoute: ReadonlyMap<string, OperationName> = new Map(
  allOperations.filter(op => !op.targetPrefix).map(op => [`${op.method} ${op.path}`, op.name]),
)

/** All operations by their names. */
export const operationByName: ReadonlyMap<string, OperationModel> = new Map(allOperations.map(op => [op.name, op]))

/** The model of the operation `name`. */
export function operationModel(name: OperationName): OperationModel {
  return operations[name]
}

/** The shape `name` of `service`. Throws an Error where the model has none, which is a fault of the server. */
export function shapeOf(service: Service, name: string): Shape {
  const shape = shapes[service][name]
  if (!shape) throw new Error(`the ${service} model has no shape ${name}`)
  return shape
}
