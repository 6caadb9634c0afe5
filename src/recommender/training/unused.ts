import type { DatasetType } from '../../datasets/dataset-type.ts'
import type { Field } from '../../datasets/schema.ts'
import { PLAIN_VALUES_MAX } from './features.ts'

/** The fields of an interaction that are used other than as context, or told beside it. */
const OF_EVENTS = ['EVENT_TYPE', 'EVENT_VALUE', 'IMPRESSION', 'RECOMMENDATION_ID', 'EVENT_ATTRIBUTION_SOURCE']
const OF_ACTION_EVENTS = ['EVENT_TYPE', 'IMPRESSION', 'RECOMMENDATION_ID']

/**
 * Why no recipe trains on a column; undefined where one does. Filters and metrics can use any.
 * @param values how many different ones it has
 */
export function whyUnused(datasetType: DatasetType, field: Field, values: number): string | undefined {
  const { name, type, categorical, textual } = field
  if (datasetType === 'INTERACTIONS' && OF_EVENTS.includes(name)) return undefined
  if (datasetType === 'ACTION_INTERACTIONS')
    return OF_ACTION_EVENTS.includes(name) ? undefined : 'of action interactions no columns of your own are used'
  if (type !== 'string' || categorical || textual || values <= PLAIN_VALUES_MAX) return undefined
  return datasetType === 'ITEMS'
    ? `a string that is neither categorical nor textual, with more than ${PLAIN_VALUES_MAX} values, is read by aws-semantic-similarity only`
    : `a string that is not categorical is used only while it has ${PLAIN_VALUES_MAX} values or fewer`
}
