import { ResourceNotFoundException } from '../../contract/errors.ts'
import { operation } from '../operation.ts'
import { writeTo } from '../shared/datasets.ts'

/**
 * Records up to 10 interactions with actions. DescribeDataset of the Action interactions dataset shows the
 * `trackingId`. https://docs.aws.amazon.com/personalize/latest/dg/recording-action-interaction-events.html
 */
export const putActionInteractions = operation('PutActionInteractions', async ({ store, datasets }, input) => {
  const { trackingId, actionInteractions } = input
  const dataset = await datasets.ofTrackingId(trackingId)
  if (!dataset) {
    throw new ResourceNotFoundException(
      `There is no Action interactions dataset with the trackingId ${JSON.stringify(trackingId)}; ` +
        'DescribeDataset shows the one to use',
    )
  }
  const { parseActionInteraction } = datasets.interactionRules(dataset)
  const leftOut: string[] = []
  const rows = actionInteractions.map((interaction, index) =>
    parseActionInteraction(`actionInteractions.${index + 1}.member`, interaction, leftOut),
  )
  await writeTo(dataset, datasets, store.interactions.put(dataset.id, rows))
  datasets.unknown.count(dataset, leftOut)
  return {}
})
