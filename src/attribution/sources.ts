import { hash } from 'node:crypto'
import { inPages } from '../store/pages.ts'
import type { Store } from '../store/store.ts'

/** The service's name for the source of an event that names none (metric-attribution-requirements.md). */
const SOURCE_UNDEFINED = 'SOURCE_NAME_UNDEFINED'

/**
 * Returns the end of all recommendation ids of one campaign or recommender. By it the id names its source as long as
 * that exists, without any state of the server. Among a thousand sources, two share an end with a chance of 3 %; among
 * fifty, one in ten thousand.
 */
export function markOf(arn: string): string {
  return `CID-${hash('sha256', arn).slice(0, 6)}`
}

/** The details of an interaction by field name. */
export type Details = Readonly<Record<string, unknown>>

/**
 * Returns a function for the source of an event: its `eventAttributionSource`, if it has one. Otherwise the source is
 * the ARN of the campaign or recommender of the dataset group that returned its `recommendationId`, or else
 * `SOURCE_UNDEFINED`. https://docs.aws.amazon.com/personalize/latest/dg/metric-attribution-requirements.html
 */
export async function readSources(store: Store, datasetGroup: string): Promise<(details: Details) => string> {
  const byMark = new Map<string, string>()
  for (const kind of ['campaign', 'recommender'])
    for await (const { arn } of inPages(store.resources, { kind, datasetGroup })) byMark.set(markOf(arn), arn)
  return ({ EVENT_ATTRIBUTION_SOURCE: told, RECOMMENDATION_ID: id }) => {
    if (told) return String(told)
    const [mark] = /CID-[\da-f]{6}$/.exec(String(id)) ?? []
    return byMark.get(mark ?? '') ?? SOURCE_UNDEFINED
  }
}
