import { meanOf } from '../math/mean.ts'

/** The recommendations to a user, and their rewards. */
interface Rewarded {
  /** The items, the best first. */
  readonly recommended: ArrayLike<number>
  /** The items that the user interacted with afterwards. */
  readonly interacted: ReadonlySet<number>
}

/** How many of the first recommendations count. */
const REWARDING = 25

/**
 * The service's average_rewards_at_k:
 * https://docs.aws.amazon.com/personalize/latest/dg/working-with-training-metrics.html. Of the rewards of all
 * recommendations that a user took up, the share of those among the 25 most rewarding recommendations. The mean over
 * the users who took up one that has a reward. From 0 to 1.
 *
 * @param rewardOf the reward of an item, such as its price; not below 0
 */
export function averageRewards(users: readonly Rewarded[], rewardOf: (item: number) => number): number {
  const shares = users.flatMap(({ recommended, interacted }) => {
    const rewards = Array.from(recommended, item => (interacted.has(item) ? rewardOf(item) : 0))
    const all = sum(rewards)
    return all === 0 ? [] : [sum(rewards.slice(0, REWARDING)) / all]
  })
  return meanOf(shares)
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0)
}
