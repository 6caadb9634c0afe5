import { BoundedMap } from '../../bounded-map.ts'
import { ThrottlingException } from '../../contract/errors.ts'
import type { OperationName } from '../../contract/shapes.ts'

/** So many requests a second, for each value of the members of the input that are named, or for all of them. */
interface Rate {
  readonly perSecond: number
  /** What the requests that share it have in common. The first member that is there counts. */
  readonly of: readonly string[]
}

export type Rates = Readonly<Partial<Record<OperationName, readonly Rate[]>>>

export const NO_RATES: Rates = {}

/** A dataset's ARN and an event tracker's id stand for their group: it has one of each. */
const records: Rate = { perSecond: 10, of: ['datasetArn'] }
const events: Rate = { perSecond: 1000, of: ['trackingId'] }
const recommendations: readonly Rate[] = [
  { perSecond: 500, of: ['campaignArn', 'recommenderArn'] },
  { perSecond: 2500, of: [] },
]

/**
 * The rates of https://docs.aws.amazon.com/personalize/latest/dg/limits.html. Those of the control plane are nowhere
 * written: none.
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
export type Throttle = (operation: OperationName, input: unknown) => void

/** Whoever makes up campaigns must not fill the memory with their buckets. */
const BUCKETS_MAX = 10_000

interface Bucket {
  tokens: number
  filledAt: number
}

/**
 * Keeps to the rates with a bucket each, which holds a second's worth. It is this server's own: of several on one store
 * each allows as many.
 * @param now in milliseconds
 */
export function openThrottle(rates: Rates, now: () => number = () => performance.now()): Throttle {
  const buckets = new BoundedMap<string, Bucket>(BUCKETS_MAX)
  const filled = (key: string, perSecond: number): Bucket => {
    const time = now()
    const bucket = buckets.get(key) ?? { tokens: perSecond, filledAt: time }
    // The last to be asked for is the last to go.
    buckets.set(key, bucket)
    bucket.tokens = Math.min(perSecond, bucket.tokens + ((time - bucket.filledAt) / 1000) * perSecond)
    bucket.filledAt = time
    return bucket
  }
  return (operation, input) => {
    const asked = rates[operation]?.map(({ perSecond, of }) => {
      // GetRecommendations and GetPersonalizedRanking share the account's rate; a campaign has one for each.
      const member = of.map(name => (input as Readonly<Record<string, unknown>>)[name]).find(Boolean)
      return filled(of.length === 0 ? 'recommendations' : `${operation} ${member}`, perSecond)
    })
    if (!asked) return
    if (asked.some(({ tokens }) => tokens < 1)) throw new ThrottlingException('Rate exceeded')
    for (const bucket of asked) bucket.tokens--
  }
}
