import { operation } from '../operation.ts'
import { putRecords } from '../put-records.ts'

/**
 * Imports up to 10 items into an Items dataset. An item whose `itemId` is already there is replaced whole.
 * https://docs.aws.amazon.com/personalize/latest/dg/importing-items.html
 */
export const putItems = operation('PutItems', (services, { datasetArn, items }) =>
  putRecords(services, 'ITEMS', datasetArn, items, ({ itemId }) => itemId),
)
