import type { Schemas } from '../../datasets/of-group.ts'
import { parseSchema, type Schema, schemaIn } from '../../datasets/schema.ts'
import { checkNewFilter } from '../../filters/check.ts'
import { parseFilter } from '../../filters/parser.ts'
import { sameArn } from './compare.ts'
import type { Tree } from './faults.ts'
import { isPending, pendingId } from './pending.ts'
import type { There } from './there.ts'
import { type ResourceType, resourceTypes } from './types.ts'

/** A resource of a template as texts refer to it. */
interface Planned {
  readonly action: string
  readonly declared?: { readonly id: string }
  readonly type: ResourceType
  readonly input: Tree
}

/** The resources of a template by their ids, and what is there. */
interface Around {
  readonly changes: ReadonlyMap<string, Planned>
  readonly there: There
}

/**
 * Returns the faults of the schemas and filter expressions that a plan would create, by the rules of the server. A
 * resource that is there already was accepted.
 */
export async function textFaults(around: Around): Promise<readonly string[]> {
  const created = [...around.changes.values()].filter(({ action }) => action === 'create' || action === 'replace')
  const faults = await Promise.all(created.map(change => faultOf(change, around)))
  return faults.flat()
}

async function faultOf({ type, declared, input }: Planned, around: Around): Promise<readonly string[]> {
  const path = `${declared?.id}.Properties`
  if (isPending([input.schema, input.filterExpression])) return []
  if (type.noun === 'Schema')
    return fault(`${path}.Schema`, () => parseSchema(String(input.schema), input.domain as Schema['domain']))
  if (type.noun !== 'Filter') return []
  const schemas = await schemasOf(input.datasetGroupArn, around)
  return fault(`${path}.FilterExpression`, () => {
    const parsed = parseFilter(String(input.filterExpression))
    if (schemas) checkNewFilter(parsed, schemas)
  })
}

function fault(path: string, check: () => unknown): readonly string[] {
  try {
    check()
    return []
  } catch (error) {
    return [`${path}: ${(error as Error).message.replace(/^(schema: |Could not create filter\. )/, '')}`]
  }
}

/** The schemas that the datasets of a group will have; undefined where one of them is not known, or wrong. */
async function schemasOf(datasetGroupArn: unknown, around: Around): Promise<Schemas | undefined> {
  const type = resourceTypes.Dataset!
  const isThere = !isPending(datasetGroupArn)
  const before = isThere ? await around.there.list(type, { datasetGroupArn }) : []
  const found = await Promise.all(before.map(({ datasetArn }) => around.there.describe(type, String(datasetArn))))
  const declared = [...around.changes.values()]
    .filter(change => change.type.noun === 'Dataset' && sameArn(change.input.datasetGroupArn, datasetGroupArn))
    .map(({ input }) => input)
  const documents = [...found.map(dataset => dataset?.document), ...declared]
  const schemas: Record<string, Schema> = {}
  for (const document of documents) {
    const schema = document && (await schemaDocument(document.schemaArn, around))
    if (!schema) return undefined
    try {
      const read = schemaIn(schema)
      schemas[read.datasetType] = read
    } catch {
      return undefined
    }
  }
  return schemas
}

/** Returns a schema as its Create operation takes it, or as it is there; undefined if there is none. */
export async function schemaDocument(arn: unknown, { changes, there }: Around): Promise<Tree | undefined> {
  const id = pendingId(arn)
  return id === undefined
    ? (await there.describe(resourceTypes.Schema!, String(arn)))?.document
    : changes.get(id)?.input
}
