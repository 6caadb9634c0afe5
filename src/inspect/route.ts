import type { Insights } from '../insights/insights.ts'
import type { Services } from '../operations/operation.ts'
import type { OwnArns } from '../operations/shared/own-arns.ts'
import type { QueryParameters } from './parameters.ts'

/** The services that a route may use. */
export interface Sources extends Services {
  readonly insights: Insights
  readonly ownArns: OwnArns
}

/** Returns the reply for a path. @throws InvalidInputException that names the parameter, ResourceNotFoundException */
export type Route = (sources: Sources, parameters: QueryParameters) => Promise<object>
