import { setImmediate } from 'node:timers/promises'
import type { Operations } from '../contract/generated/types.ts'
import type { OperationName } from '../contract/shapes.ts'
import type { Jobs } from '../jobs/jobs.ts'
import type { Log } from '../log.ts'
import type { Serving } from '../recommender/serving/serving.ts'
import type { Store } from '../store/store.ts'
import type { Arns } from './shared/arns.ts'
import type { Datasets } from './shared/datasets.ts'
import type { Quotas } from './shared/quotas.ts'

/** What an operation may use. */
export interface Services {
  readonly store: Store
  readonly datasets: Datasets
  readonly jobs: Jobs
  readonly serving: Serving
  readonly arns: Arns
  readonly quotas: Quotas
  readonly log: Log
}

export type RunOperation<Name extends OperationName> = (
  services: Services,
  input: Operations[Name]['input'],
) => Promise<Operations[Name]['output']>

export interface Operation<Name extends OperationName = OperationName> {
  readonly name: Name
  readonly run: RunOperation<Name>
}

/** One of the service's operations: its name in the model, and what it does with an input that the model allows. */
export function operation<Name extends OperationName>(name: Name, run: RunOperation<Name>): Operation<Name> {
  return { name, run }
}

/**
 * An operation that writes according to what it has read (there is no event tracker yet, say), or deletes what others
 * may have read. One of these runs at a time, on whichever server, so that what was read still holds.
 */
export function exclusiveOperation<Name extends OperationName>(name: Name, run: RunOperation<Name>): Operation<Name> {
  return operation(name, (services, input) => services.store.exclusively(() => run(services, input)))
}

/**
 * An operation that computes for milliseconds. It has a turn of the event loop for itself, so that one reply goes out
 * before the next is computed, also where requests came together.
 */
export function longOperation<Name extends OperationName>(name: Name, run: RunOperation<Name>): Operation<Name> {
  return operation(name, async (services, input) => {
    await setImmediate()
    return run(services, input)
  })
}
