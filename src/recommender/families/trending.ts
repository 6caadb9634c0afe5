import type { Interactions } from '../../engine/interactions.ts'
import { holdOutUsers } from '../../engine/metrics/held-out.ts'
import { type ServiceMetrics, serviceMetrics } from '../../engine/metrics/service.ts'
import {
  collectTrends,
  type Interval,
  newsOf,
  openTrending,
  TREND_FREQUENCIES,
  type TrendingState,
  trainTrending,
} from '../../engine/recipes/trending.ts'
import type { State } from '../../engine/state.ts'
import { untilNow } from '../request/clamp-times.ts'
import { now } from '../request/clock.ts'
import type { Family } from './family.ts'
import { interactionsOf } from './interactions.ts'

/** The domain's use case looks every two hours. */
const STANDARD = '2 hours'

/**
 * Items that become popular, up to the moment of the request: events that were put since training count. If no event
 * came for long, as in data of the past, these are the items that were trending when the last one did.
 */
export const trending: Family = {
  train(data) {
    const frequency = String(data.plan.parameters.trend_discovery_frequency ?? STANDARD)
    const interactions = interactionsOf(data)
    const times = untilNow(data.events.times, now(data.store.clock))
    const all = { ...interactions, times }
    const state = trainTrending(all, TREND_FREQUENCIES[frequency]!)
    return { state: state as State, metrics: { ...state.metrics, ...measure(all, data.seed, state.interval) } }
  },
  open(state, { itemIndex }) {
    const { interval } = state as TrendingState
    const open = (from: Parameters<typeof openTrending>[0]) =>
      openTrending(from, (a, b) => itemIndex.compare(a, b), itemIndex.trained)
    let model = open(state as TrendingState)
    let newest = (state as TrendingState).origin
    return {
      ask({ now }) {
        const moment = Math.min(now, newest + interval.step * interval.steps)
        return {
          rank: wanted => model.rank(moment, wanted),
          explain(items) {
            // The trends are those of this moment.
            model.rank(moment, { count: 0 })
            return Array.from(items, item => model.explain(item))
          },
        }
      },
      addEvent(item, event, weight) {
        newest = Math.max(newest, event.timestampMs)
        model.add(item, event.timestampMs, weight)
      },
      recount() {
        const events = collectTrends(interval, itemIndex.trained)
        const news = newsOf(interval)
        return {
          add(item, { userId, timestampMs }, weight) {
            events.add(item, timestampMs, weight * news.shareOf(item, userId, timestampMs))
          },
          done() {
            const found = events.collected()
            model = open(found)
            newest = found.origin
          },
        }
      },
    }
  },
}

/** The metrics of every recipe for items: the same list for each user who is held out. */
function measure(interactions: Interactions, seed: number, interval: Interval): ServiceMetrics {
  const { train, questions } = holdOutUsers(interactions, seed)
  const first = openTrending(trainTrending(train, interval)).rank(undefined, { count: 25 }).items
  return serviceMetrics(
    questions.map(() => first),
    questions.map(({ targets }) => new Set(targets)),
    interactions.items,
  )
}
