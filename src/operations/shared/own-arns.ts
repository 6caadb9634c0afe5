import type { Store } from '../../store/store.ts'
import type { Arns } from './arns.ts'

/** Matches the start of the ARNs of this service that have an account. */
const WITH_ACCOUNT = /^arn:aws[a-z-]*:personalize:[a-z\d-]*:\d{12}:/

/** The start of the ARNs of recipes, algorithms and feature transformations, which belong to no region or account. */
const OF_SERVICE = 'arn:aws:personalize:::'

/** Matches the start of such an ARN with another partition, or with a region or an account. */
const FOREIGN_OF_SERVICE =
  /^arn:aws[a-z-]*:personalize:[a-z\d-]*:(?:\d{12})?:(?=(?:recipe|algorithm|feature-transformation)\/)/

const KNOWN_MAX = 1000

/**
 * Returns the ARN of the stored resource. The newest version of a solution has an ARN of its own, and so once had the
 * event interactions dataset.
 */
export function resourceIn(arn: string): string {
  return arn.replace(/\/\$LATEST$/, '').replace(/:dataset\/([^/]+)\/EVENT_INTERACTIONS$/, ':dataset-group/$1')
}

/**
 * Replaces, in an input or a query, ARNs of another account or region with those of the resources of the same names
 * here.
 */
export type OwnArns = (input: object) => object | Promise<object>

/**
 * Returns a function that replaces ARNs of another account or region with those of the resources of the same names
 * here. Programs compose ARNs from STS's account and their own settings:
 * `arn:aws:personalize:{region}:{account}:filter/{name}`. One server has one account, which may differ from STS's. An
 * ARN stays as it is where a resource is stored under it, by a server that once had another account. It also stays
 * where there is no resource of the name. An ARN of a recipe loses its region and account, and has the partition `aws`.
 */
export function openOwnArns(store: Store, arns: Arns): OwnArns {
  const start = arns.of('')
  const isForeign = (name: string, value: unknown): value is string =>
    typeof value === 'string' &&
    name.endsWith('Arn') &&
    !value.startsWith(start) &&
    !value.startsWith(OF_SERVICE) &&
    (WITH_ACCOUNT.test(value) || FOREIGN_OF_SERVICE.test(value))
  /** The ARNs found before. A client that signs for another region sends such ARNs in every call. */
  const known = new Set<string>()
  const ownOf = async (arn: string): Promise<string> => {
    if (FOREIGN_OF_SERVICE.test(arn)) return arn.replace(FOREIGN_OF_SERVICE, OF_SERVICE)
    const own = arns.of(arn.replace(WITH_ACCOUNT, ''))
    if (known.has(arn)) return own
    const isHere = !(await store.resources.get(arn)) && (await store.resources.get(resourceIn(own)))
    if (!isHere) return arn
    if (known.size >= KNOWN_MAX) known.clear()
    known.add(arn)
    return own
  }
  /** Nearly every input has none. It is returned as it is, without a wait. */
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
