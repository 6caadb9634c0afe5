import { InvalidInputException } from '../../contract/errors.ts'
import { exclusiveOperation } from '../operation.ts'
import { ACTIVE_RESOURCES, assertBelow } from '../shared/quotas.ts'
import { createResource } from '../shared/resources.ts'

/**
 * Creates a dataset group, for a domain or (without one) custom. It is ACTIVE at once.
 * https://docs.aws.amazon.com/personalize/latest/dg/API_CreateDatasetGroup.html
 */
export const createDatasetGroup = exclusiveOperation('CreateDatasetGroup', async ({ store, arns, quotas }, input) => {
  const { name, domain, roleArn, kmsKeyArn, tags } = input
  if ((roleArn === undefined) !== (kmsKeyArn === undefined)) {
    throw new InvalidInputException('roleArn and kmsKeyArn go together: the role is the one that may use the key')
  }
  await assertBelow(store, quotas.datasetGroups, { kind: 'dataset-group' }, ACTIVE_RESOURCES)
  const arn = arns.of(`dataset-group/${name}`)
  const document = { name, domain, roleArn, kmsKeyArn }
  await createResource(store, { kind: 'dataset-group', arn, status: 'ACTIVE', document, tags })
  return { datasetGroupArn: arn, domain }
})
