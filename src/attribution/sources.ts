import { hash } from 'node:crypto'
import { inPages } from '../store/pages.ts'
import type { Store } from '../store/store.ts'

/** What the service calls the source of an event that names none (metric-attribution-requirements.md). */
export const SOURCE_UNDEFINED = 'SOURCE_NAME_UNDEFINED'

/**
 * What the ids of recommendations end in, the same for all that one campaign or recommender gives: an id tells its
 * source for as long as that exists, whatever the server remembers. Two of a thousand share one with a chance of 3 %,
 * two of fifty with one in ten thousand.
 */
export function markOf(arn: string): string {
  return `CID-${hash('sha256', arn).slice(0, 6)}`
}

/** The details of an interaction by field name. */
export type Details = Readonly<Record<string, unknown>>

/**
 * Gives what tells the source of an event: the `eventAttributionSource` that it has, or else the ARN of the campaign or
 * recommender of the dataset group that gave its `recommendationId`, or else `SOURCE_UNDEFINED`.
 * https://docs.aws.amazon.com/personalize/latest/dg/metric-attribution-requirements.html
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
