import type { ServiceException } from '../../contract/errors.ts'
import type { OperationName } from '../../contract/shapes.ts'
import type { Log } from '../../log.ts'
import type { Credentials, Signed } from './authenticate.ts'
import type { Head } from './request.ts'

/** Rewrites the ARNs of a reply for a client that signs for another region. */
interface InRegion {
  /** The output of an operation. */
  output<Output>(output: Output): Output
  message(text: string): string
}

/** A request that has its reply. */
export interface Handled {
  readonly requestId: string
  readonly head: Head
  /** The service that was asked, as CloudTrail names it: `personalize.amazonaws.com`. */
  readonly source: string
  /** The operation, or the name of a route. */
  readonly name: string
  /** Undefined where the head was refused: nobody knows then who asked. */
  readonly signed?: Signed | undefined
  /** Whether the signature is right. If it is not, anyone may have named the key. */
  readonly isProven: boolean
  /** The input of the operation. Undefined where it is not valid, since anything may be in it then. */
  readonly input?: object | undefined
  /** The ARN that a tracking id in the input stands for. */
  readonly trackedArn?: string | undefined
  /** The reply, as the client sees it. Undefined where an operation wrote it as text. */
  readonly output?: unknown
  /** The error that refused it. */
  readonly error?: ServiceException | undefined
}

/** Checks that the caller may do what the input asks for. @throws AccessDeniedException */
type Permit = (input: object) => void | Promise<void>

export interface Api {
  readonly credentials: Credentials
  /** Whether the only key is the public default key. Requests must then be addressed to loopback. */
  readonly isKeyPublic: boolean
  readonly log: Log
  /** How to answer a client that signs for another region. Undefined where the region is this server's own. */
  inRegion?(region: string): InRegion | undefined
  /**
   * Runs an operation on an input that its model allows.
   * @param permit is called with the input before anything is done, as the operation will have it
   */
  invoke(name: OperationName, input: object, permit?: Permit): Promise<unknown>
  /** Called for every reply with its operation, its error code and its duration in milliseconds. Throws nothing. */
  answered?(name: OperationName | undefined, code: string | undefined, ms: number, input: unknown): void
  /** Called for a member of an input that the model lacks, with those that there are in its place. Throws nothing. */
  leftOut?(name: OperationName, member: string, known: ReadonlySet<string>): void
  /** Called for every refused request with one of a few fixed reasons. Throws nothing. */
  refused?(name: OperationName | undefined, reason: string): void
  /** Called for every request for an operation that has its reply, for an audit trail. Throws nothing. */
  readonly handled?: ((request: Handled) => void) | undefined
}

/** Returns the check of what a caller may do; undefined for a key that may do everything. */
export function permitOf(action: string, head: Head, { secret, authorization }: Signed): Permit | undefined {
  const { guard } = secret
  return guard && (input => guard({ action, input, head, region: authorization.region }))
}
