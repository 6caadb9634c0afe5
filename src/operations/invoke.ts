import type { OperationName } from '../contract/shapes.ts'
import { operations } from './index.ts'
import type { Operation, Services } from './operation.ts'
import type { OwnArns } from './shared/own-arns.ts'
import { openThrottle } from './shared/rates.ts'
import { tidyTexts } from './shared/tidy-texts.ts'

/**
 * Runs an operation on an input that its model allows.
 * @param permit checks that the caller may do it; left out for one that may do everything
 * @throws the operation's exceptions, ThrottlingException, AccessDeniedException
 */
export type Invoke = (
  name: OperationName,
  input: object,
  permit?: (input: object) => void | Promise<void>,
) => Promise<unknown>

/**
 * Returns the function that takes a valid input to its operation. It replaces ARNs of other accounts with this
 * server's, and asks whether the caller may do it. Then it enforces the rates of the quotas, removes blanks around ids,
 * and runs the operation.
 */
export function openInvoke(services: Services, ownArns: OwnArns): Invoke {
  const byName = new Map<string, Operation>(operations.map(operation => [operation.name, operation as Operation]))
  const throttle = openThrottle(services.quotas.rates)
  const run = (name: OperationName, input: object) => {
    throttle(name, input)
    tidyTexts(name, input)
    return byName.get(name)!.run(services, input as never)
  }
  const runPermitted: Invoke = async (name, given, permit) => {
    const input = await ownArns(given)
    await permit!(input)
    return run(name, input)
  }
  return (name, given, permit) => {
    if (permit) return runPermitted(name, given, permit)
    const input = ownArns(given)
    return input instanceof Promise ? input.then(own => run(name, own)) : run(name, input)
  }
}
