import { hasInteractions } from './datasets.ts'
import { showInteraction } from './interactions.ts'
import { showRecord } from './records.ts'
import type { Route } from './route.ts'

/** Shows the rows that were stored last in a dataset of any type, newest first. */
export const latest: Route = async ({ store, datasets }, parameters) => {
  const limit = parameters.limit()
  const dataset = await datasets.get(parameters.required('datasetArn'))
  if (hasInteractions(dataset.type)) {
    const found = await store.interactions.latest(dataset.id, limit)
    return { interactions: found.map(interaction => showInteraction(dataset, interaction)) }
  }
  const found = await store.records.latest(dataset.id, limit)
  return { records: found.map(record => showRecord(dataset, record)) }
}
