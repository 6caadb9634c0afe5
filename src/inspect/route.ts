import type { Insights } from '../insights/insights.ts'
import type { Services } from '../operations/operation.ts'
import type { OwnArns } from '../operations/shared/own-arns.ts'
import type { QueryParameters } from './parameters.ts'

/** What a path may use. */
export interface Sources extends Services {
  readonly insights: Insights
  readonly ownArns: OwnArns
}

/** What a path shows. @throws InvalidInputException naming the parameter, ResourceNotFoundException */
export type Route = (sources: Sources, parameters: QueryParameters) => Promise<object>
