import type { DatasetType } from '../../datasets/dataset-type.ts'
import { isMember } from '../../datasets/interaction.ts'
import type { Field } from '../../datasets/schema.ts'
import { isEvents } from '../../filters/check.ts'
import { PLAIN_VALUES_MAX } from './features.ts'

/**
 * Why no recipe trains on a column; undefined where one does. Filters and metrics can use any.
 * @param values how many different ones it has
 */
export function whyUnused(datasetType: DatasetType, field: Field, values: number): string | undefined {
  const { name, type, categorical, textual } = field
  // They are used other than as context, or told beside it.
  if (isMember(datasetType, name) || (isEvents(datasetType) && name === 'EVENT_TYPE')) return undefined
  if (datasetType === 'ACTION_INTERACTIONS') return 'of action interactions no columns of your own are used'
  if (type !== 'string' || categorical || textual || values <= PLAIN_VALUES_MAX) return undefined
  return datasetType === 'ITEMS'
    ? `a string that is neither categorical nor textual, with more than ${PLAIN_VALUES_MAX} values, is read by aws-semantic-similarity only`
    : `a string that is not categorical is used only while it has ${PLAIN_VALUES_MAX} values or fewer`
}
