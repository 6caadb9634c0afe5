import type { Store } from '../../store/store.ts'
import type { Arns } from './arns.ts'

/** An ARN of this service that has an account: those of recipes have none. */
const WITH_ACCOUNT = /^arn:aws[a-z-]*:personalize:[a-z\d-]*:\d{12}:/

const KNOWN_MAX = 1000

/**
 * The resource that an ARN is about: the newest version of a solution has one of its own, and so had a dataset once.
 */
function resourceIn(arn: string): string {
  return arn.replace(/\/\$LATEST$/, '').replace(/:dataset\/([^/]+)\/EVENT_INTERACTIONS$/, ':dataset-group/$1')
}

/** An input, or a query, with ARNs of another account or region led to what has the same name here. */
export type OwnArns = (input: object) => object | Promise<object>

/**
 * Gives what reads ARNs that name another account or region as those of what has the same name here. Programs put ARNs
 * together from what STS and their own settings say, `arn:aws:personalize:{region}:{account}:filter/{name}`, and one
 * server has one account, whatever STS answers beside it. What is stored under such an ARN, by a server that once was
 * another account, stays what it is, and so does an ARN of nothing.
 */
export function openOwnArns(store: Store, arns: Arns): OwnArns {
  const start = arns.of('')
  const isForeign = (name: string, value: unknown): value is string =>
    typeof value === 'string' && name.endsWith('Arn') && !value.startsWith(start) && WITH_ACCOUNT.test(value)
  /** What was found before: a client that signs for another region names only such, in every call. */
  const known = new Set<string>()
  const ownOf = async (arn: string): Promise<string> => {
    const own = arns.of(arn.replace(WITH_ACCOUNT, ''))
    if (known.has(arn)) return own
    const isHere = !(await store.resources.get(arn)) && (await store.resources.get(resourceIn(own)))
    if (!isHere) return arn
    if (known.size >= KNOWN_MAX) known.clear()
    known.add(arn)
    return own
  }
  /** Nearly every input has none: it is given back as it is, and nothing is waited for. */
  return input => {
    const { promotions } = input as { promotions?: readonly object[] }
    return promotions?.length || hasForeign(input) ? withOwnArns(input) : input
  }

  function hasForeign(input: object): boolean {
    for (const name in input) if (isForeign(name, input[name as never])) return true
    return false
  }

  async function withOwnArns(input: object): Promise<object> {
    const own: Record<string, unknown> = { ...input }
    for (const [name, value] of Object.entries(input)) {
      if (isForeign(name, value)) own[name] = await ownOf(value)
      else if (name === 'promotions') own[name] = await Promise.all((value as readonly object[]).map(withOwnArns))
    }
    return own
  }
}
