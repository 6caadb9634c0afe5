import type { Access } from '../access/access.ts'
import type { Principal } from '../access/principal.ts'
import type { Config } from '../config/config.ts'
import type { Insights } from '../insights/insights.ts'
import type { Files } from '../jobs/objects/files.ts'
import type { RequestCounts } from '../operate/request-counts.ts'
import type { Faults } from '../operations/faults.ts'
import type { Services } from '../operations/operation.ts'
import type { OwnArns } from '../operations/shared/own-arns.ts'
import type { Retention } from '../retention/retention.ts'
import type { QueryParameters } from './parameters.ts'

/** The services that a route may use. */
export interface Sources extends Services {
  readonly insights: Insights
  readonly ownArns: OwnArns
  readonly access: Pick<Access, 'keys' | 'roles' | 'sts'>
  readonly config: Config
  readonly files: Files
  /** The requests that this server has had. */
  requests(): RequestCounts
  /** Undefined where they are off. */
  readonly faults?: Faults | undefined
  readonly retention: Retention
  /** Trains at once what is due by the clock. */
  trainDue(): Promise<void>
  /** Empties a server that has its data in memory. @throws InvalidInputException of another */
  reset(): Promise<void>
}

/**
 * Returns the reply for a path and a method.
 * @param body the JSON of the request's body; undefined of a GET
 * @param caller whom the request is from; undefined of a root key
 * @throws InvalidInputException that names the parameter or the member, ResourceNotFoundException
 */
export type Route = (
  sources: Sources,
  parameters: QueryParameters,
  body?: unknown,
  caller?: Principal,
) => Promise<object>

/** The routes of a path by method. */
export type Routes = Readonly<Partial<Record<'GET' | 'PUT' | 'POST' | 'DELETE', Route>>>
