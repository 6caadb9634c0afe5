import { createReadStream } from 'node:fs'
import { copyFile, mkdir, stat } from 'node:fs/promises'
import { finished } from 'node:stream/promises'
import { parse } from 'csv-parse'
import { CSV_OPTIONS } from '../src/jobs/csv/parse-csv.ts'
import { createDatasetGroup } from '../src/operations/dataset-groups/create-dataset-group.ts'
import { createDatasetImportJob } from '../src/operations/dataset-import-jobs/create-dataset-import-job.ts'
import { createDataset } from '../src/operations/datasets/create-dataset.ts'
import { createSchema } from '../src/operations/schemas/create-schema.ts'
import { openTestServices, settled } from '../src/operations/testing.ts'

const [, , path, type = 'Interactions'] = process.argv
await using services = await openTestServices()
const fields =
  type === 'Interactions'
    ? [
        ['USER_ID', 'string'],
        ['ITEM_ID', 'string'],
        ['EVENT_TYPE', 'string'],
        ['TIMESTAMP', 'long'],
      ].map(([name, type]) => ({ name, type }))
    : [
        { name: 'USER_ID', type: 'string' },
        { name: 'AGE', type: 'int' },
        { name: 'GENDER', type: 'string', categorical: true },
      ]
const { schemaArn } = await createSchema.run(services, {
  name: 's',
  schema: JSON.stringify({
    type: 'record',
    name: type,
    namespace: 'com.amazonaws.personalize.schema',
    fields,
    version: '1.0',
  }),
})
const { datasetGroupArn } = await createDatasetGroup.run(services, { name: 'g' })
const { datasetArn } = await createDataset.run(services, {
  name: 'd',
  schemaArn: schemaArn!,
  datasetGroupArn: datasetGroupArn!,
  datasetType: type,
})
await mkdir(`${services.dataDir}/s3/b`, { recursive: true })
await copyFile(path!, `${services.dataDir}/s3/b/x.csv`)
const pass = async () => {
  const t = performance.now()
  let n = 0
  const p = parse(CSV_OPTIONS).on('data', () => n++)
  createReadStream(path!).pipe(p)
  await finished(p)
  return (n / (performance.now() - t)) * 1000
}
for (let i = 0; i < 2; i++) {
  const parseOnly = await pass()
  const t = performance.now()
  let peak = 0
  const timer = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage().rss)
  }, 100)
  const { datasetImportJobArn } = await createDatasetImportJob.run(services, {
    jobName: `j${i}`,
    datasetArn: datasetArn!,
    dataSource: { dataLocation: 's3://b/x.csv' },
    roleArn: 'arn:aws:iam::000000000000:role/x',
  })
  const job = await settled(services.store, datasetImportJobArn!)
  const s = (performance.now() - t) / 1000
  clearInterval(timer)
  const rows = (job.document.progress as any)?.rows
  console.log(
    job.status,
    job.document.failureReason ?? '',
    rows,
    'rows',
    Math.round(rows / s),
    'rows/s',
    'parse',
    Math.round(parseOnly),
    'ratio',
    (rows / s / parseOnly).toFixed(3),
    'peak rss MB',
    Math.round(peak / 1e6),
    'db MB',
    Math.round((await stat(`${services.dataDir}/personalite.sqlite`)).size / 1e6),
  )
}
