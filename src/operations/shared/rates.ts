import { LRUCache } from 'lru-cache'
import { ThrottlingException } from '../../contract/errors.ts'
import type { OperationName } from '../../contract/shapes.ts'

/** A limit of requests a second, for each value of a member of the input, or for all requests together. */
interface Rate {
  readonly perSecond: number
  /** The members of the input whose value the requests share. The first member present counts. */
  readonly of: readonly string[]
}

export type Rates = Readonly<Partial<Record<OperationName, readonly Rate[]>>>

export const NO_RATES: Rates = {}

/** The limit is per dataset group. A group has one such dataset and one event tracker, so their ids stand for it. */
const records: Rate = { perSecond: 10, of: ['datasetArn'] }
const events: Rate = { perSecond: 1000, of: ['trackingId'] }
const recommendations: readonly Rate[] = [
  { perSecond: 500, of: ['campaignArn', 'recommenderArn'] },
  { perSecond: 2500, of: [] },
]

/**
 * The rates of https://docs.aws.amazon.com/personalize/latest/dg/limits.html. AWS documents none for the control plane.
 */
export const AWS_RATES: Rates = {
  PutEvents: [events],
  PutItems: [records],
  PutUsers: [records],
  PutActions: [records],
  PutActionInteractions: [events],
  GetRecommendations: recommendations,
  GetPersonalizedRanking: recommendations,
  GetActionRecommendations: recommendations,
}

/** Counts a request. @throws ThrottlingException where it is one too many */
type Throttle = (operation: OperationName, input: unknown) => void

/** A client that sends invented ARNs must not fill the memory with their buckets. */
const BUCKETS_MAX = 10_000

interface Bucket {
  tokens: number
  filledAt: number
}

/**
 * Enforces each rate with a token bucket that holds the requests of one second. Each of several servers on one store
 * allows the full rate.
 * @param now in milliseconds
 */
export function openThrottle(rates: Rates, now: () => number = () => performance.now()): Throttle {
  const buckets = new LRUCache<string, Bucket>({ max: BUCKETS_MAX })
  const filled = (key: string, perSecond: number): Bucket => {
    const time = now()
    const bucket = buckets.get(key) ?? { tokens: perSecond, filledAt: time }
    buckets.set(key, bucket)
    bucket.tokens = Math.min(perSecond, bucket.tokens + ((time - bucket.filledAt) / 1000) * perSecond)
    bucket.filledAt = time
    return bucket
  }
  return (operation, input) => {
    const asked = rates[operation]?.map(({ perSecond, of }) => {
      // GetRecommendations, GetPersonalizedRanking and GetActionRecommendations share the account's rate. A campaign
      // has a rate for each operation.
      const member = of.map(name => (input as Readonly<Record<string, unknown>>)[name]).find(Boolean)
      return filled(of.length === 0 ? 'recommendations' : `${operation} ${member}`, perSecond)
    })
    if (!asked) return
    if (asked.some(({ tokens }) => tokens < 1)) throw new ThrottlingException('Rate exceeded')
    for (const bucket of asked) bucket.tokens--
  }
}
