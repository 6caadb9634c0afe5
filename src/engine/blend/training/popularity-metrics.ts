import type { Question } from '../../interactions.ts'
import { type ServiceMetrics, serviceMetrics } from '../../metrics/service.ts'

/** This many items are recommended to each user. */
const LIST = 25

/**
 * The metrics of recommending the most popular items to everybody, beside which those of a model can be judged. It is
 * the better of two lists: all items, or those that the user has not had yet.
 * @param order of the items, the most popular first
 */
export function popularityMetrics(order: Int32Array, questions: readonly Question[], items: number): ServiceMetrics {
  const relevants = questions.map(({ targets }) => new Set(targets))
  const [any, fresh] = [false, true].map(isFresh => {
    const lists = questions.map(({ history, leftOut }) => {
      return firstWithout(order, new Set([...(leftOut ?? []), ...(isFresh ? history : [])]))
    })
    return serviceMetrics(lists, relevants, items)
  }) as [ServiceMetrics, ServiceMetrics]
  const gain = (metrics: ServiceMetrics) => metrics.normalized_discounted_cumulative_gain_at_25
  return gain(fresh) > gain(any) ? fresh : any
}

function firstWithout(order: Int32Array, left: ReadonlySet<number>): number[] {
  const list: number[] = []
  for (let at = 0; at < order.length && list.length < LIST; at++) if (!left.has(order[at]!)) list.push(order[at]!)
  return list
}
