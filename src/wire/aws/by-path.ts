import type { Api } from './api.ts'
import { receive } from './personalize.ts'
import type { Reply } from './reply.ts'
import { type BodyHandler, type Head, pathOf } from './request.ts'

/**
 * The reply to a request that needs no body, or the handler that answers it once its body is there. The handler never
 * rejects.
 */
export type Received = Reply | Promise<Reply> | BodyHandler

/** Receives the requests for one path. Returns undefined to leave a request to the API of AWS. */
export type PathHandler = (head: Head) => Received | undefined

/**
 * Returns a function that passes a request to the handler of its path, or else to the API of AWS. Of two handlers of a
 * path the earlier is asked first.
 */
export function byPath(handlers: Iterable<readonly [path: string, PathHandler]>, api: Api): (head: Head) => Received {
  const found = new Map<string, PathHandler>()
  for (const [path, handler] of handlers) {
    const earlier = found.get(path)
    found.set(path, earlier ? head => earlier(head) ?? handler(head) : handler)
  }
  return head => found.get(pathOf(head.url))?.(head) ?? receive(head, api)
}
