import { type BodyHandler, type Head, pathOf } from './handle.ts'
import type { Reply } from './reply.ts'

/** The reply to a request of which no body is needed; or what answers it with its body, and never rejects. */
export type Received = Reply | Promise<Reply> | BodyHandler

/** Takes requests in that are for one path. Undefined where the request is for the API of AWS after all. */
export type PathHandler = (head: Head) => Received | undefined

/** Returns what hands a request to the handler of its path, and else to the API of AWS. */
export function byPath(
  handlers: ReadonlyMap<string, PathHandler>,
  api: (head: Head) => Received,
): (head: Head) => Received {
  return head => handlers.get(pathOf(head.url))?.(head) ?? api(head)
}
