import { operation } from '../operation.ts'
import { putRecords } from '../put-records.ts'

/**
 * Imports up to 10 users into a Users dataset. A user whose `userId` is already there is replaced whole.
 * https://docs.aws.amazon.com/personalize/latest/dg/importing-users.html
 */
export const putUsers = operation('PutUsers', (services, { datasetArn, users }) =>
  putRecords(services, 'USERS', datasetArn, users, ({ userId }) => userId),
)
