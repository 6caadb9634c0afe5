import { randomUUID } from 'node:crypto'
import { MANAGE_KEYS } from '../access/guards.ts'
import type { Principal } from '../access/principal.ts'
import { allOperations } from '../contract/registry.ts'
import { checkSignature } from '../wire/aws/authenticate.ts'
import { readBody } from '../wire/aws/body.ts'
import type { PathHandler } from '../wire/aws/by-path.ts'
import {
  type Api,
  admit,
  afterRefresh,
  type BodyHandler,
  type Handled,
  type Head,
  pathOf,
  permitOf,
  toException,
} from '../wire/aws/handle.ts'
import { errorReply, type Reply } from '../wire/aws/reply.ts'
import { clock } from './clock.ts'
import { countOf, datasetGroups, datasets } from './datasets.ts'
import { faults } from './faults.ts'
import { files } from './files.ts'
import { insights } from './insights.ts'
import { history } from './interactions.ts'
import { jobs } from './jobs.ts'
import { toJson } from './json.ts'
import { keys } from './keys.ts'
import { latest } from './latest.ts'
import { me } from './me.ts'
import { metrics } from './metrics.ts'
import { QueryParameters } from './parameters.ts'
import { pins } from './pins.ts'
import { record } from './records.ts'
import { reset } from './reset.ts'
import { roles } from './roles.ts'
import type { Route, Routes, Sources } from './route.ts'
import { search } from './search.ts'
import { settings } from './settings.ts'
import { users } from './users.ts'
import { why } from './why.ts'

/** The routes of each path, and the noun of their actions in policies, or one action of all; undefined needs none. */
const routes: readonly (readonly [path: string, noun: string | undefined, byMethod: Routes])[] = [
  ['/inspect/me', undefined, { GET: me(allActions) }],
  ['/inspect/settings', 'Settings', { GET: settings }],
  ['/inspect/dataset-groups', 'DatasetGroups', { GET: datasetGroups }],
  ['/inspect/datasets', 'Datasets', { GET: datasets }],
  ['/inspect/count', 'Count', { GET: countOf }],
  ['/inspect/records', 'Records', { GET: record }],
  ['/inspect/search', 'Search', { GET: search }],
  ['/inspect/users', 'Users', users],
  ['/inspect/files', 'Files', files],
  ['/inspect/latest', 'Latest', { GET: latest }],
  ['/inspect/history', 'History', { GET: history }],
  ['/inspect/jobs', 'Jobs', { GET: jobs }],
  ['/inspect/metrics', 'Metrics', { GET: metrics }],
  ['/inspect/insights', 'Insights', { GET: insights }],
  ['/inspect/why', 'Why', { GET: why }],
  ['/inspect/pins', 'Pins', pins],
  ['/inspect/clock', 'Clock', clock],
  ['/inspect/faults', 'Faults', faults],
  ['/inspect/keys', MANAGE_KEYS, keys],
  ['/inspect/roles', MANAGE_KEYS, roles],
  ['/inspect/reset', 'Reset', { POST: reset }],
]

/** The verbs of actions: `personalite:InspectRecords`, `personalite:SetPins`, `personalite:RunReset`. */
const VERBS: Readonly<Record<keyof Routes, string>> = { GET: 'Inspect', PUT: 'Set', DELETE: 'Set', POST: 'Run' }

/** The source of its requests in an audit trail. */
const SOURCE = 'personalite'

/**
 * The handlers that do what the real service cannot: they read stored data back, and set a server up for tests.
 * Requests are signed like all others.
 */
export function inspectHandlers(api: Api, sources: Sources): readonly (readonly [path: string, PathHandler])[] {
  return routes.map(([path, noun, byMethod]) => {
    return [
      path,
      head => {
        const method = head.method as keyof Routes
        const route = Object.hasOwn(byMethod, method) ? byMethod[method] : undefined
        return route && inspect(head, { route, action: actionOf(method, noun) }, api, sources)
      },
    ]
  })
}

function actionOf(method: keyof Routes, noun: string | undefined): string | undefined {
  return noun === MANAGE_KEYS ? noun : noun && `personalite:${VERBS[method]}${noun}`
}

/** The actions of the API and of these routes, as policies name them. */
function allActions(): readonly string[] {
  const own = routes.flatMap(([, noun, byMethod]) => {
    return Object.keys(byMethod).flatMap(method => actionOf(method as keyof Routes, noun) ?? [])
  })
  return [...allOperations.map(({ name }) => `personalize:${name}`), ...new Set(own)]
}

interface Found {
  readonly route: Route
  /** As policies name it; undefined where it needs no permission. */
  readonly action: string | undefined
}

/** Returns the handler that answers a request once its body is there, or the reply that refuses it. */
function inspect(head: Head, { route, action }: Found, api: Api, sources: Sources): Reply | BodyHandler {
  const requestId = randomUUID()
  const asked = { requestId, head, source: SOURCE, name: route.name }
  const refused = (error: unknown, more: Pick<Handled, 'signed' | 'input' | 'isProven'>) => {
    const exception = toException(error, api.log, requestId)
    api.log.info({ requestId, operation: route.name, code: exception.code }, 'refused')
    api.handled?.({ ...asked, ...more, error: exception })
    return errorReply('events', exception, requestId)
  }
  const refuse = (error: unknown) => refused(error, { isProven: false })
  try {
    const signed = admit(head, api)
    return async body => {
      let [isProven, input]: [boolean, object | undefined] = [false, undefined]
      try {
        checkSignature(head, body, signed)
        isProven = true
        const given = Object.fromEntries(new URLSearchParams(head.url.slice(pathOf(head.url).length)))
        const sent = head.method === 'GET' ? undefined : readBody(body, head.headers['content-encoding'], true)
        input = isObject(sent) ? { ...given, ...sent } : given
        const own = isObject(sent) ? await sources.ownArns(sent) : sent
        const query = await sources.ownArns(given)
        if (action !== undefined) await permitOf(action, head, signed)?.({ ...query, body: own })
        const caller = signed.secret.principal as Principal | undefined
        const shown = await route(sources, new QueryParameters(query), own, caller)
        const inRegion = api.inRegion?.(signed.authorization.region)
        api.handled?.({ ...asked, signed, isProven, input, output: shown })
        return reply(inRegion ? inRegion.output(shown) : shown, requestId)
      } catch (error) {
        return refused(error, { signed, isProven, input })
      }
    }
  } catch (error) {
    const again = afterRefresh(error, api, known => inspect(head, { route, action }, known, sources), refuse)
    return again ?? refuse(error)
  }
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

function reply(output: object, requestId: string): Reply {
  const body = toJson(output)
  const length = String(Buffer.byteLength(body))
  const headers = { 'content-type': 'application/json', 'content-length': length, 'x-amzn-requestid': requestId }
  return { status: 200, headers: [...Object.entries(headers).flat(), 'cache-control', 'no-store'], body }
}
