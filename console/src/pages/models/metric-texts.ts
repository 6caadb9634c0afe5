/** A metric of a model in words. */
interface MetricText {
  readonly label: string
  readonly description: string
}

/** The metrics of GetSolutionMetrics, the most telling first. */
const METRIC_TEXTS: Readonly<Record<string, MetricText>> = {
  normalized_discounted_cumulative_gain_at_25: {
    label: 'NDCG at 25',
    description: 'How high the right items are in a list of 25; 1 if all are at its top.',
  },
  normalized_discounted_cumulative_gain_at_10: { label: 'NDCG at 10', description: 'The same of 10 items.' },
  normalized_discounted_cumulative_gain_at_5: { label: 'NDCG at 5', description: 'The same of 5 items.' },
  mean_reciprocal_rank_at_25: {
    label: 'Reciprocal rank at 25',
    description: '1 if the first right item is the first of the list, ½ if it is the second, and so on.',
  },
  precision_at_5: { label: 'Precision at 5', description: 'The share of right items among 5.' },
  precision_at_10: { label: 'Precision at 10', description: 'The share of right items among 10.' },
  precision_at_25: { label: 'Precision at 25', description: 'The share of right items among 25.' },
  coverage: {
    label: 'Coverage',
    description: 'The share of all items that anybody is recommended.',
  },
  average_rewards_at_k: {
    label: 'Average reward',
    description: 'How much of the objective the recommended items have.',
  },
  normalized_discounted_cumulative_gain_with_event_weights_at_k: {
    label: 'NDCG with weights',
    description: 'NDCG at 25 in which each event counts by its weight.',
  },
  trained_on_share_of_events: {
    label: 'Share of the events',
    description: 'The share of the events that it was trained on, since not all fitted or fewer were asked for.',
  },
  trained_on_share_of_users: {
    label: 'Share of the users',
    description: 'The share of the users with events that it was trained on.',
  },
}

/** Metrics that do not say how well a model finds what users do next, or that may be above 1. */
const OTHERS = ['coverage', 'average_rewards_at_k', 'trained_on_share_of_events', 'trained_on_share_of_users']

/** A metric in words; one that is not known is shown by its name. */
export function metricText(name: string): MetricText {
  return METRIC_TEXTS[name] ?? { label: name.replaceAll('_', ' '), description: '' }
}

/** The names of the metrics that any of these have, the most telling first. */
export function metricNames(all: readonly (Readonly<Record<string, number>> | undefined)[]): readonly string[] {
  const found = new Set(all.flatMap(metrics => Object.keys(metrics ?? {})))
  const known = Object.keys(METRIC_TEXTS).filter(name => found.has(name))
  return [...known, ...[...found].filter(name => !known.includes(name)).sort()]
}

/** Whether a metric is from 0 to 1 and says how well a model finds what users do next, so that such can be plotted. */
export function isShare(name: string): boolean {
  return !OTHERS.includes(name)
}
