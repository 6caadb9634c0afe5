import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stringify } from 'csv-stringify/sync'
import type { CallOperation, Get } from '../client.ts'
import type { Shop } from './shop.ts'
import { ended } from './steps.ts'

export const GROUP = 'quickstart'

const text = (name: string) => ({ name, type: 'string' })
const category = (name: string) => ({ ...text(name), categorical: true })
const maybe = (name: string, type: string) => ({ name, type: ['null', type] })
const long = (name: string) => ({ name, type: 'long' })

/** The schema of users contains the fields of the README's. */
const FIELDS = {
  Users: [text('USER_ID'), category('MEMBERSHIP_TYPE'), maybe('NUMBER_OF_VIDEOS_WATCHED', 'int'), maybe('AGE', 'int')],
  Items: [
    text('ITEM_ID'),
    { ...maybe('TITLE', 'string'), textual: true },
    category('CATEGORY'),
    { name: 'PRICE', type: 'float' },
    long('CREATION_TIMESTAMP'),
  ],
  Interactions: [text('USER_ID'), text('ITEM_ID'), text('EVENT_TYPE'), long('TIMESTAMP')],
} as const

type DatasetType = keyof typeof FIELDS

interface Datasets {
  readonly datasetGroupArn: string
  readonly users: string
  readonly items: string
  readonly interactions: string
}

/** Creates a dataset group with three empty datasets. */
export async function createDatasets(call: CallOperation): Promise<Datasets> {
  const { datasetGroupArn } = await call('CreateDatasetGroup', { name: GROUP })
  const create = async (datasetType: DatasetType) => {
    const name = `${GROUP}-${datasetType.toLowerCase()}`
    const { schemaArn } = await call('CreateSchema', { name, schema: schemaOf(datasetType) })
    const dataset = { name, datasetType, datasetGroupArn: datasetGroupArn!, schemaArn: schemaArn! }
    return (await call('CreateDataset', dataset)).datasetArn!
  }
  return {
    datasetGroupArn: datasetGroupArn!,
    users: await create('Users'),
    items: await create('Items'),
    interactions: await create('Interactions'),
  }
}

function schemaOf(datasetType: DatasetType): string {
  const namespace = 'com.amazonaws.personalize.schema'
  return JSON.stringify({ type: 'record', name: datasetType, namespace, version: '1.0', fields: FIELDS[datasetType] })
}

/** Writes a CSV file for each dataset into the bucket, which is a folder, and imports it. */
export async function importShop(
  call: CallOperation,
  get: Get,
  { dataDir, datasets, shop }: { readonly dataDir: string; readonly datasets: Datasets; readonly shop: Shop },
): Promise<void> {
  const bucket = join(dataDir, 's3', GROUP)
  await mkdir(bucket, { recursive: true })
  const types = ['users', 'items', 'interactions'] as const
  const jobs = types.map(async type => {
    await writeFile(join(bucket, `${type}.csv`), stringify([...shop[type]], { header: true }))
    return call('CreateDatasetImportJob', {
      jobName: `import-${type}`,
      datasetArn: datasets[type],
      dataSource: { dataLocation: `s3://${GROUP}/${type}.csv` },
      roleArn: 'arn:aws:iam::000000000000:role/quickstart',
    })
  })
  const created = await Promise.all(jobs)
  await ended(
    get,
    created.map(({ datasetImportJobArn }) => datasetImportJobArn),
  )
}
