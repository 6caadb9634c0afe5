import type { Operations } from '../contract/generated/types.ts'
import type { OperationName } from '../contract/shapes.ts'
import type { Written } from '../contract/written.ts'
import type { Jobs } from '../jobs/jobs.ts'
import type { Log } from '../log.ts'
import type { Serving } from '../recommender/serving/serving.ts'
import type { Store } from '../store/store.ts'
import type { Pins } from './recommendations/pins.ts'
import type { Arns } from './shared/arns.ts'
import type { Datasets } from './shared/datasets.ts'
import type { Quotas } from './shared/quotas.ts'

/** The services that an operation may use. */
export interface Services {
  readonly store: Store
  readonly datasets: Datasets
  readonly jobs: Jobs
  readonly serving: Serving
  readonly arns: Arns
  readonly quotas: Quotas
  readonly pins: Pins
  readonly log: Log
}

type RunOperation<Name extends OperationName> = (
  services: Services,
  input: Operations[Name]['input'],
) => Promise<Operations[Name]['output']>

export interface Operation<Name extends OperationName = OperationName> {
  readonly name: Name
  readonly run: RunOperation<Name>
}

/**
 * Defines one of the service's operations: its name in the model, and the function that runs on an input that the model
 * allows.
 */
export function operation<Name extends OperationName>(name: Name, run: RunOperation<Name>): Operation<Name> {
  return { name, run }
}

/**
 * Defines an operation whose write depends on a read before it, for example that there is no event tracker yet.
 * Operations that delete resources are exclusive too, since others may have read those. Only one exclusive operation
 * runs at a time on all servers of a store, so that its reads still hold when it writes.
 */
export function exclusiveOperation<Name extends OperationName>(name: Name, run: RunOperation<Name>): Operation<Name> {
  return operation(name, (services, input) => services.store.exclusively(() => run(services, input)))
}

/** Defines an operation that writes its output as text. */
export function writtenOperation<Name extends OperationName>(
  name: Name,
  run: (services: Services, input: Operations[Name]['input']) => Promise<Written>,
) {
  return { name, run }
}
