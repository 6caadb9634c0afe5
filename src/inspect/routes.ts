import { randomUUID } from 'node:crypto'
import { checkSignature } from '../wire/aws/authenticate.ts'
import type { PathHandler } from '../wire/aws/by-path.ts'
import { type Api, admit, type BodyHandler, type Head, pathOf, toException } from '../wire/aws/handle.ts'
import { errorReply, type Reply } from '../wire/aws/reply.ts'
import { countOf, datasetGroups, datasets } from './datasets.ts'
import { insights } from './insights.ts'
import { history } from './interactions.ts'
import { jobs } from './jobs.ts'
import { toJson } from './json.ts'
import { latest } from './latest.ts'
import { metrics } from './metrics.ts'
import { QueryParameters } from './parameters.ts'
import { record } from './records.ts'
import type { Route, Sources } from './route.ts'
import { why } from './why.ts'

const routes: ReadonlyMap<string, Route> = new Map([
  ['/inspect/dataset-groups', datasetGroups],
  ['/inspect/datasets', datasets],
  ['/inspect/count', countOf],
  ['/inspect/records', record],
  ['/inspect/latest', latest],
  ['/inspect/history', history],
  ['/inspect/jobs', jobs],
  ['/inspect/metrics', metrics],
  ['/inspect/insights', insights],
  ['/inspect/why', why],
])

/**
 * The handlers that read stored data back, which the real service cannot do. They answer GET only. Requests are signed
 * like all others.
 */
export function inspectHandlers(api: Api, sources: Sources): readonly (readonly [path: string, PathHandler])[] {
  return [...routes].map(([path, route]) => {
    return [path, head => (head.method === 'GET' ? inspect(head, route, api, sources) : undefined)]
  })
}

/** Returns the handler that answers a request once its body is there, or the reply that refuses it. */
function inspect(head: Head, route: Route, api: Api, sources: Sources): Reply | BodyHandler {
  const requestId = randomUUID()
  const refused = (error: unknown) => {
    const exception = toException(error, api.log, requestId)
    api.log.info({ requestId, operation: route.name, code: exception.code }, 'refused')
    return errorReply('events', exception, requestId)
  }
  try {
    const signed = admit(head, api)
    return async body => {
      try {
        checkSignature(head, body, signed)
        const given = Object.fromEntries(new URLSearchParams(head.url.slice(pathOf(head.url).length)))
        const shown = await route(sources, new QueryParameters(await sources.ownArns(given)))
        const inRegion = api.inRegion?.(signed.authorization.region)
        return reply(inRegion ? inRegion.output(shown) : shown, requestId)
      } catch (error) {
        return refused(error)
      }
    }
  } catch (error) {
    return refused(error)
  }
}

function reply(output: object, requestId: string): Reply {
  const body = toJson(output)
  const length = String(Buffer.byteLength(body))
  const headers = { 'content-type': 'application/json', 'content-length': length, 'x-amzn-requestid': requestId }
  return { status: 200, headers: [...Object.entries(headers).flat(), 'cache-control', 'no-store'], body }
}
