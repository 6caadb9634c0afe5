import { MANAGE_KEYS, WHO_AM_I } from '../access/guards.ts'
import type { Principal } from '../access/principal.ts'
import { AccessDeniedException, InvalidInputException } from '../contract/errors.ts'
import { toJson } from '../contract/json.ts'
import { allOperations } from '../contract/registry.ts'
import { inPages } from '../store/pages.ts'
import type { Signed } from '../wire/aws/authenticate.ts'
import { readBody } from '../wire/aws/body.ts'
import type { PathHandler } from '../wire/aws/by-path.ts'
import { type Api, type Kind, pathOf, permitOf, receiveOf } from '../wire/aws/handle.ts'
import { errorReply, type Reply } from '../wire/aws/reply.ts'
import { audit } from './audit.ts'
import { clock } from './clock.ts'
import { countOf, datasetGroups, datasets } from './datasets.ts'
import { faults } from './faults.ts'
import { files } from './files.ts'
import { filtered } from './filtered.ts'
import { insights } from './insights.ts'
import { history } from './interactions.ts'
import { jobs } from './jobs.ts'
import { keys } from './keys.ts'
import { latest } from './latest.ts'
import { me } from './me.ts'
import { metrics } from './metrics.ts'
import { model } from './model.ts'
import { QueryParameters } from './parameters.ts'
import { pins } from './pins.ts'
import { record } from './records.ts'
import { requests } from './requests.ts'
import { reset } from './reset.ts'
import { retention } from './retention.ts'
import { roles } from './roles.ts'
import type { Route, Routes, Sources } from './route.ts'
import { search } from './search.ts'
import { settings } from './settings.ts'
import { users } from './users.ts'
import { why } from './why.ts'

/** Actions that are no verb and noun. */
const WHOLE = [MANAGE_KEYS, WHO_AM_I]

/** The routes of each path, and the noun of their actions in policies, or one action of all. */
const routes: readonly (readonly [path: string, noun: string, byMethod: Routes])[] = [
  ['/inspect/me', WHO_AM_I, { GET: me(allActions) }],
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
  ['/inspect/requests', 'Requests', { GET: requests }],
  ['/inspect/metrics', 'Metrics', { GET: metrics }],
  ['/inspect/model', 'Model', { GET: model }],
  ['/inspect/insights', 'Insights', { GET: insights }],
  ['/inspect/why', 'Why', { GET: why }],
  ['/inspect/filtered', 'Filtered', { GET: filtered }],
  ['/inspect/retention', 'Retention', retention],
  ['/inspect/pins', 'Pins', pins],
  ['/inspect/clock', 'Clock', clock],
  ['/inspect/faults', 'Faults', faults],
  ['/inspect/keys', MANAGE_KEYS, keys],
  ['/inspect/roles', MANAGE_KEYS, roles],
  ['/inspect/audit', MANAGE_KEYS, { GET: audit }],
  ['/inspect/reset', 'Reset', { POST: reset }],
]

/**
 * The ARNs that a path reads, in the query or the body. A request is checked on these, and may have no others: with the
 * ARN of a group of its own, a key of one group could ask for what is of all.
 */
const ARNS: Readonly<Record<string, readonly string[]>> = {
  '/inspect/dataset-groups': ['datasetGroupArn'],
  '/inspect/datasets': ['datasetGroupArn'],
  '/inspect/count': ['datasetArn'],
  '/inspect/records': ['datasetArn'],
  '/inspect/search': ['datasetArn'],
  '/inspect/users': ['datasetGroupArn'],
  '/inspect/latest': ['datasetArn'],
  '/inspect/history': ['datasetArn'],
  '/inspect/jobs': ['datasetGroupArn'],
  '/inspect/metrics': ['metricAttributionArn'],
  '/inspect/model': ['solutionVersionArn', 'recommenderArn'],
  '/inspect/insights': ['datasetGroupArn'],
  '/inspect/why': ['campaignArn', 'recommenderArn', 'filterArn'],
  '/inspect/filtered': ['campaignArn', 'recommenderArn'],
  '/inspect/retention': ['datasetGroupArn'],
  '/inspect/pins': ['campaignArn', 'recommenderArn'],
}

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
    const kinds = new Map(
      Object.entries(byMethod).map(([method, route]) => {
        const action = actionOf(method as keyof Routes, noun)
        return [method, kindOf(route, { action, arns: ARNS[path] ?? [] }, sources)] as const
      }),
    )
    return [
      path,
      head => {
        const kind = kinds.get(head.method)
        return kind && receiveOf(kind, head, api)
      },
    ]
  })
}

function actionOf(method: keyof Routes, noun: string): string {
  return WHOLE.includes(noun) ? noun : `personalite:${VERBS[method]}${noun}`
}

/**
 * The actions of the API and of these routes, as policies name them, and whether a request may reach a dataset group:
 * by an ARN.
 */
function allActions(): ReadonlyMap<string, boolean> {
  const own = routes.flatMap(([path, noun, byMethod]) => {
    const actions = Object.keys(byMethod).map(method => actionOf(method as keyof Routes, noun))
    return actions.map(action => [action, path in ARNS] as const)
  })
  const needed = own.filter(([action]) => action !== WHO_AM_I)
  return new Map([...allOperations.map(({ name }) => [`personalize:${name}`, true] as const), ...needed])
}

interface Checked {
  /** As policies name it. */
  readonly action: string
  /** The names of the ARNs that it is checked on. */
  readonly arns: readonly string[]
}

function kindOf(route: Route, { action, arns }: Checked, sources: Sources): Kind<object> {
  return {
    source: SOURCE,
    nameOf: () => route.name,
    async ask(asked, body, api) {
      const { head, signed } = asked
      const given = Object.fromEntries(new URLSearchParams(head.url.slice(pathOf(head.url).length)))
      const sent = head.method === 'GET' ? undefined : readBody(body, head.headers['content-encoding'], true)
      asked.input = isObject(sent) ? { ...given, ...sent } : given
      const own = isObject(sent) ? await sources.ownArns(sent) : sent
      const query = await sources.ownArns(given)
      const inBody = isObject(own) ? arnsOf(own, arns) : {}
      const permit = permitOf(action, head, signed)
      const permitted = async (query: object) => {
        await permit?.({ ...arnsOf(query, arns), body: inBody })
        return query
      }
      const isOfAll = head.method === 'GET' && arns.join() === 'datasetGroupArn' && !('datasetGroupArn' in query)
      const allowed = await (isOfAll ? orOfOnlyGroup(query, permitted, sources.store) : permitted(query))
      return route(sources, new QueryParameters(allowed), own, callerOf(signed, api))
    },
    reply(asked, output, api) {
      asked.output = output
      const inRegion = api.inRegion?.(asked.signed.authorization.region)
      return reply(inRegion ? inRegion.output(output) : output, asked.requestId)
    },
    refusal: ({ requestId }, error) => errorReply('events', error, requestId),
  }
}

/**
 * Returns a query about all dataset groups, if it is permitted. For a key that may look into one group alone it is
 * about this one: nobody else's is told of, and the console's pages need not know the group.
 * @throws AccessDeniedException
 */
async function orOfOnlyGroup(
  query: object,
  permitted: (query: object) => Promise<object>,
  store: Sources['store'],
): Promise<object> {
  try {
    return await permitted(query)
  } catch (error) {
    if (!(error instanceof AccessDeniedException)) throw error
    const found: object[] = []
    for await (const { arn } of inPages(store.resources, { kind: 'dataset-group' })) {
      const ofGroup = { ...query, datasetGroupArn: arn }
      await permitted(ofGroup).then(one => found.push(one), unlessDenied)
      if (found.length > 1) break
    }
    if (found.length !== 1) throw error
    return found[0]!
  }
}

function unlessDenied(error: unknown): void {
  if (!(error instanceof AccessDeniedException)) throw error
}

/** The ARNs of a query or a body. @throws InvalidInputException for others than these */
function arnsOf(given: object, names: readonly string[]): object {
  const found = Object.entries(given).filter(([name]) => name.endsWith('Arn'))
  const wrong = found.find(([name]) => !names.includes(name))?.[0].slice(0, 40)
  if (wrong === undefined) return Object.fromEntries(found)
  const right = names.length === 0 ? 'none is' : `those that are: ${names.join(', ')}`
  throw new InvalidInputException(`${wrong} is not an ARN that is read here; ${right}`)
}

/** Whose key it is now: its policy may have changed since the head was read. */
function callerOf({ authorization, secret }: Signed, { credentials }: Api): Principal | undefined {
  const now = credentials.get(authorization.accessKeyId, secret.sessionToken) ?? secret
  return now.principal as Principal | undefined
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

function reply(output: object, requestId: string): Reply {
  const body = toJson(output)
  const length = String(Buffer.byteLength(body))
  const headers = { 'content-type': 'application/json', 'content-length': length, 'x-amzn-requestid': requestId }
  return { status: 200, headers: [...Object.entries(headers).flat(), 'cache-control', 'no-store'], body }
}
