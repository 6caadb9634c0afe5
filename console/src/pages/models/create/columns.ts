import { DescribeDatasetCommand, DescribeSchemaCommand } from '@aws-sdk/client-personalize'
import type { DatasetGroup } from '../../../shared/group-choice.tsx'
import { useRead } from '../../../shared/queries.ts'

/** A column of a dataset, as its schema has it. */
export interface Column {
  readonly name: string
  readonly type: string | readonly string[]
}

/** The columns of a dataset group, by the type of the dataset. */
export type Columns = Readonly<Record<string, readonly Column[]>>

/** Columns that training cannot do without. */
const NEEDED = /^(USER_ID|ITEM_ID|ACTION_ID|TIMESTAMP|EVENT_TYPE)$/

/** Reads the columns of all datasets of a group. */
export function useColumns(group: DatasetGroup | undefined) {
  return useRead<Columns>(
    ['columns', group?.datasetGroupArn],
    async ({ personalize }) => {
      const all = group!.datasets.map(async ({ datasetArn, datasetType }) => {
        const { dataset } = await personalize.send(new DescribeDatasetCommand({ datasetArn }))
        const { schema } = await personalize.send(new DescribeSchemaCommand({ schemaArn: dataset!.schemaArn }))
        return [datasetType, JSON.parse(schema!.schema!).fields as readonly Column[]] as const
      })
      return Object.fromEntries(await Promise.all(all))
    },
    { enabled: group !== undefined },
  )
}

/** The columns that training may leave out. */
export function excludable(columns: readonly Column[]): readonly string[] {
  return columns.map(({ name }) => name).filter(name => !NEEDED.test(name))
}

/** The columns of items that have a number for every item, of which an objective may be made. */
export function numeric({ ITEMS = [] }: Columns): readonly string[] {
  return ITEMS.filter(({ type }) => ['int', 'long', 'float', 'double'].includes(type as string)).map(({ name }) => name)
}
