import type { OperationName } from '../contract/shapes.ts'
import { operations } from './index.ts'
import type { Operation, Services } from './operation.ts'
import type { OwnArns } from './shared/own-arns.ts'
import { openThrottle } from './shared/rates.ts'
import { tidyTexts } from './shared/tidy-texts.ts'

/** Runs an operation on an input that its model allows. @throws what the operation throws, ThrottlingException */
export type Invoke = (name: OperationName, input: object) => Promise<unknown>

/**
 * Puts together the steps between a valid input and its operation: ARNs of other accounts become this server's, the
 * quotas' rates are kept, blanks around ids go, the operation runs.
 */
export function openInvoke(services: Services, ownArns: OwnArns): Invoke {
  const byName = new Map<string, Operation>(operations.map(operation => [operation.name, operation as Operation]))
  const throttle = openThrottle(services.quotas.rates)
  const run = (name: OperationName, input: object) => {
    throttle(name, input)
    tidyTexts(name, input)
    return byName.get(name)!.run(services, input as never)
  }
  return (name, given) => {
    const input = ownArns(given)
    return input instanceof Promise ? input.then(own => run(name, own)) : run(name, input)
  }
}
