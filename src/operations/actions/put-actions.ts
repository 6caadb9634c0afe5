import { operation } from '../operation.ts'
import { putRecords } from '../put-records.ts'

/**
 * Imports up to 10 actions into an Actions dataset. An action whose `actionId` is already there is replaced whole.
 * https://docs.aws.amazon.com/personalize/latest/dg/importing-actions.html
 */
export const putActions = operation('PutActions', (services, { datasetArn, actions }) =>
  putRecords(services, 'ACTIONS', datasetArn, actions, ({ actionId }) => actionId),
)
