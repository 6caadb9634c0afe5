import type { Principal } from '../access/principal.ts'
import { AccessDeniedException, InvalidInputException } from '../contract/errors.ts'
import { toJson } from '../contract/json.ts'
import { inPages } from '../store/pages.ts'
import { type Api, permitOf } from '../wire/aws/api.ts'
import type { Signed } from '../wire/aws/authenticate.ts'
import { readBody } from '../wire/aws/body.ts'
import type { PathHandler } from '../wire/aws/by-path.ts'
import { type Kind, receiveOf } from '../wire/aws/handle.ts'
import { errorReply, type Reply } from '../wire/aws/reply.ts'
import { pathOf } from '../wire/aws/request.ts'
import { QueryParameters } from './parameters.ts'
import type { Route, Routes, Sources } from './route.ts'
import { actionOf, routes } from './routes.ts'

/** The source of its requests in an audit trail. */
const SOURCE = 'personalite'

/**
 * The handlers that do what the real service cannot: they read stored data back, and set a server up for tests.
 * Requests are signed like all others.
 */
export function inspectHandlers(api: Api, sources: Sources): readonly (readonly [path: string, PathHandler])[] {
  return routes.map(([path, noun, byMethod, arns = []]) => {
    const kinds = new Map(
      Object.entries(byMethod).map(([method, route]) => {
        const action = actionOf(method as keyof Routes, noun)
        return [method, kindOf(route, { action, arns }, sources)] as const
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

/** The present owner of the key: its policy may have changed since the head was read. */
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
