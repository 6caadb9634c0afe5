import { randomBytes, randomUUID } from 'node:crypto'
import { ResourceAlreadyExistsException } from '../../contract/errors.ts'
import { exclusiveOperation } from '../operation.ts'
import { createResource, findResource } from '../shared/resources.ts'

/**
 * Creates the event tracker of a dataset group, which may have only one. Like the service's, its ARN ends in 8 hex
 * digits and not in its name. https://docs.aws.amazon.com/personalize/latest/dg/API_CreateEventTracker.html
 */
export const createEventTracker = exclusiveOperation('CreateEventTracker', async ({ store, arns }, input) => {
  const { name, datasetGroupArn, tags } = input
  await findResource(store, 'dataset-group', datasetGroupArn)
  const [existing] = await store.resources.list({ kind: 'event-tracker', parent: datasetGroupArn, limit: 1 })
  if (existing) {
    throw new ResourceAlreadyExistsException(`The dataset group has an event tracker already: ${existing.arn}`)
  }
  const trackingId = randomUUID()
  const arn = arns.of(`event-tracker/${randomBytes(4).toString('hex')}`)
  const document = { name, accountId: arns.accountId, trackingId, datasetGroupArn }
  await createResource(store, { kind: 'event-tracker', arn, parent: datasetGroupArn, status: 'ACTIVE', document, tags })
  return { eventTrackerArn: arn, trackingId }
})
