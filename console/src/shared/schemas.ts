import { DescribeDatasetCommand, DescribeSchemaCommand } from '@aws-sdk/client-personalize'
import type { UseQueryResult } from '@tanstack/react-query'
import type { DatasetType, Domain } from '../../../src/datasets/dataset-type.ts'
import type { Schemas } from '../../../src/datasets/of-group.ts'
import { type Schema, schemaIn } from '../../../src/datasets/schema.ts'
import type { Api } from '../session/api.ts'
import type { DatasetGroup } from './dataset-groups.ts'
import { useRead } from './queries.ts'

/** Reads the schemas of a group's datasets, by the type of the dataset. */
export function useSchemas(group: DatasetGroup | undefined): UseQueryResult<Schemas> {
  return useRead(['schemas', group?.datasetGroupArn, group?.datasets], api => schemasIn(api, group!), {
    enabled: group !== undefined,
  })
}

/** The ARN of a group's dataset of a type; undefined where there is none. */
export function datasetArn(group: DatasetGroup | undefined, type: DatasetType): string | undefined {
  return group?.datasets.find(({ datasetType }) => datasetType === type)?.datasetArn
}

async function schemasIn(api: Api, { datasets }: DatasetGroup): Promise<Schemas> {
  const read = datasets.map(async (dataset): Promise<[string, Schema]> => {
    const described = await api.personalize.send(new DescribeDatasetCommand({ datasetArn: dataset.datasetArn }))
    const { schemaArn } = described.dataset!
    const { schema } = await api.personalize.send(new DescribeSchemaCommand({ schemaArn }))
    return [dataset.datasetType, schemaIn({ schema: schema!.schema!, domain: schema!.domain as Domain | undefined })]
  })
  return Object.fromEntries(await Promise.all(read))
}
