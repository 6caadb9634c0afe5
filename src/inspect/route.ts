import type { Insights } from '../insights/insights.ts'
import type { Services } from '../operations/operation.ts'
import type { Parameters } from './parameters.ts'

/** What a path may use. */
export interface Sources extends Services {
  readonly insights: Insights
  /** Leads ARNs of another account or region to what has the same name here. */
  readonly withOwnArns: (query: object) => object | Promise<object>
}

/** What a path shows. @throws InvalidInputException naming the parameter, ResourceNotFoundException */
export type Route = (sources: Sources, parameters: Parameters) => Promise<object>
