import { parseSchema } from '../../datasets/schema.ts'
import { exclusiveOperation } from '../operation.ts'
import { ACTIVE_RESOURCES, assertBelow } from '../shared/quotas.ts'
import { createResource } from '../shared/resources.ts'

/**
 * Stores a schema, byte for byte as it was sent.
 * https://docs.aws.amazon.com/personalize/latest/dg/API_CreateSchema.html
 */
export const createSchema = exclusiveOperation(
  'CreateSchema',
  async ({ store, arns, quotas }, { name, schema, domain }) => {
    parseSchema(schema, domain)
    await assertBelow(store, quotas.schemas, { kind: 'schema' }, ACTIVE_RESOURCES)
    const arn = arns.of(`schema/${name}`)
    await createResource(store, { kind: 'schema', arn, status: 'ACTIVE', document: { name, schema, domain } })
    return { schemaArn: arn }
  },
)
