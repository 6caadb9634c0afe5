import { randomUUID } from 'node:crypto'
import { checkSignature } from '../wire/aws/authenticate.ts'
import { readBody } from '../wire/aws/body.ts'
import type { PathHandler } from '../wire/aws/by-path.ts'
import { type Api, admit, type BodyHandler, type Handled, type Head, pathOf, toException } from '../wire/aws/handle.ts'
import { errorReply, type Reply } from '../wire/aws/reply.ts'
import { clock } from './clock.ts'
import { countOf, datasetGroups, datasets } from './datasets.ts'
import { faults } from './faults.ts'
import { insights } from './insights.ts'
import { history } from './interactions.ts'
import { jobs } from './jobs.ts'
import { toJson } from './json.ts'
import { latest } from './latest.ts'
import { metrics } from './metrics.ts'
import { QueryParameters } from './parameters.ts'
import { pins } from './pins.ts'
import { record } from './records.ts'
import { reset } from './reset.ts'
import type { Route, Routes, Sources } from './route.ts'
import { why } from './why.ts'

const routes: ReadonlyMap<string, Routes> = new Map<string, Routes>([
  ['/inspect/dataset-groups', { GET: datasetGroups }],
  ['/inspect/datasets', { GET: datasets }],
  ['/inspect/count', { GET: countOf }],
  ['/inspect/records', { GET: record }],
  ['/inspect/latest', { GET: latest }],
  ['/inspect/history', { GET: history }],
  ['/inspect/jobs', { GET: jobs }],
  ['/inspect/metrics', { GET: metrics }],
  ['/inspect/insights', { GET: insights }],
  ['/inspect/why', { GET: why }],
  ['/inspect/pins', pins],
  ['/inspect/clock', clock],
  ['/inspect/faults', faults],
  ['/inspect/reset', { POST: reset }],
])

/** The source of its requests in an audit trail. */
const SOURCE = 'personalite'

/**
 * The handlers that do what the real service cannot: they read stored data back, and set a server up for tests.
 * Requests are signed like all others.
 */
export function inspectHandlers(api: Api, sources: Sources): readonly (readonly [path: string, PathHandler])[] {
  return [...routes].map(([path, byMethod]) => {
    return [
      path,
      head => {
        const route = Object.hasOwn(byMethod, head.method) ? byMethod[head.method as keyof Routes] : undefined
        return route && inspect(head, route, api, sources)
      },
    ]
  })
}

/** Returns the handler that answers a request once its body is there, or the reply that refuses it. */
function inspect(head: Head, route: Route, api: Api, sources: Sources): Reply | BodyHandler {
  const requestId = randomUUID()
  const asked = { requestId, head, source: SOURCE, name: route.name }
  const refused = (error: unknown, more: Pick<Handled, 'signed' | 'input' | 'isProven'>) => {
    const exception = toException(error, api.log, requestId)
    api.log.info({ requestId, operation: route.name, code: exception.code }, 'refused')
    api.handled?.({ ...asked, ...more, error: exception })
    return errorReply('events', exception, requestId)
  }
  try {
    const signed = admit(head, api)
    return async body => {
      let [isProven, input]: [boolean, object | undefined] = [false, undefined]
      try {
        checkSignature(head, body, signed)
        isProven = true
        const given = Object.fromEntries(new URLSearchParams(head.url.slice(pathOf(head.url).length)))
        const sent = head.method === 'GET' ? undefined : readBody(body, head.headers['content-encoding'])
        input = isObject(sent) ? { ...given, ...sent } : given
        const own = isObject(sent) ? await sources.ownArns(sent) : sent
        const shown = await route(sources, new QueryParameters(await sources.ownArns(given)), own)
        const inRegion = api.inRegion?.(signed.authorization.region)
        api.handled?.({ ...asked, signed, isProven, input })
        return reply(inRegion ? inRegion.output(shown) : shown, requestId)
      } catch (error) {
        return refused(error, { signed, isProven, input })
      }
    }
  } catch (error) {
    return refused(error, { isProven: false })
  }
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

function reply(output: object, requestId: string): Reply {
  const body = toJson(output)
  const length = String(Buffer.byteLength(body))
  const headers = { 'content-type': 'application/json', 'content-length': length, 'x-amzn-requestid': requestId }
  return { status: 200, headers: [...Object.entries(headers).flat(), 'cache-control', 'no-store'], body }
}
