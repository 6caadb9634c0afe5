import { InvalidInputException, type ServiceException, ValidationError } from './errors.ts'
import { allOperations, operationModel } from './registry.ts'
import type { OperationName, Service } from './shapes.ts'

const statuses: Readonly<Record<Service, Record<string, number>>> = {
  control: { AccessDeniedException: 400, ExpiredTokenException: 400, UnknownOperationException: 400 },
  events: {},
  runtime: {},
}
for (const { service, errors } of allOperations) Object.assign(statuses[service], errors)

/**
 * The HTTP status of `error` in `service`: the model's, or else the error's own. A resource in use is 409 in events and
 * 400 elsewhere.
 */
export function statusOf(error: ServiceException, service: Service): number {
  return statuses[service][error.code] ?? error.status ?? 400
}

const modelled: ReadonlySet<string> = new Set(allOperations.flatMap(({ errors }) => Object.keys(errors)))

/**
 * Returns the error as the operation's model allows. An error that only other operations declare becomes an
 * InvalidInputException. Where that is not declared either (ListSchemas), it becomes the ValidationError that is common
 * to all.
 */
export function asDeclared(name: OperationName, error: ServiceException): ServiceException {
  const { errors } = operationModel(name)
  if (Object.hasOwn(errors, error.code) || !modelled.has(error.code)) return error
  const Declared = Object.hasOwn(errors, 'InvalidInputException') ? InvalidInputException : ValidationError
  const declared: ServiceException = new Declared(error.message)
  if (error.hint !== undefined) declared.hint = error.hint
  return declared
}
