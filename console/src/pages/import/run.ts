import {
  CreateDatasetCommand,
  CreateDatasetGroupCommand,
  CreateDatasetImportJobCommand,
  CreateSchemaCommand,
  type ImportMode,
} from '@aws-sdk/client-personalize'
import type { DatasetType, Domain } from '../../../../src/datasets/dataset-type.ts'
import type { Schema } from '../../../../src/datasets/schema.ts'
import type { Api } from '../../session/api.ts'
import type { Column } from './propose.ts'
import { putAll } from './put-all.ts'
import { contentFor, type Source } from './source.ts'
import { type FilesOfServer, upload } from './upload.ts'

/** All that an import needs. */
export interface Plan {
  readonly group: { readonly name: string; readonly domain: Domain | undefined; readonly arn: string | undefined }
  readonly type: DatasetType
  /** Of a dataset that is there. */
  readonly datasetArn: string | undefined
  readonly schemaText: string
  readonly schema: Schema
  readonly columns: readonly Column[]
  readonly source: Source
  readonly mode: ImportMode
  readonly files: FilesOfServer
}

/** How far it is. */
export interface Progress {
  readonly doing: string
  /** From 0 to 1. */
  readonly share?: number
}

/** How it ended. */
export interface Outcome {
  /** The job that goes on at the server; undefined where the rows came by Put calls, which are all there. */
  readonly jobName?: string
  readonly put?: number
  /** Rows that were refused, with the fault of the first ones. */
  readonly refused?: number
  readonly faults?: readonly string[]
}

/** Creates what is missing, puts the file where the server reads it, and starts the import. */
export async function runImport(
  api: Api,
  plan: Plan,
  report: (progress: Progress) => void,
  signal: AbortSignal,
): Promise<Outcome> {
  const groupArn = plan.group.arn ?? (await createGroup(api, plan, report))
  const datasetArn = plan.datasetArn ?? (await createDataset(api, plan, groupArn, report))
  const { source, files } = plan
  if (source.location !== undefined) return startJob(api, plan, datasetArn, source.location)
  const content = await contentFor(source, plan.columns, plan.schema)
  if (!files.canPut) return putAll(api, { ...plan, groupArn, datasetArn, content }, report, signal)
  const reportShare = (share: number) => report({ doing: 'Sending the file to the server', share })
  reportShare(0)
  const location = await upload(api, content, files, { name: source.name, report: reportShare, signal })
  return startJob(api, plan, datasetArn, location)
}

async function createGroup(api: Api, { group: { name, domain } }: Plan, report: (progress: Progress) => void) {
  report({ doing: `Creating the dataset group ${name}` })
  const { datasetGroupArn } = await api.personalize.send(new CreateDatasetGroupCommand({ name, domain }))
  return datasetGroupArn!
}

async function createDataset(api: Api, plan: Plan, datasetGroupArn: string, report: (progress: Progress) => void) {
  const { group, type: datasetType } = plan
  report({ doing: 'Creating the schema and the dataset' })
  const name = `${group.name}-${datasetType.toLowerCase().replaceAll('_', '-')}`
  const schemaArn = await createSchema(api, name, plan)
  const dataset = { name, datasetType, datasetGroupArn, schemaArn }
  return (await api.personalize.send(new CreateDatasetCommand(dataset))).datasetArn!
}

const TRIES = 50

/** The name is taken where a dataset was deleted: its schema stays, and the next has a number. */
async function createSchema(api: Api, name: string, { schemaText, group: { domain } }: Plan): Promise<string> {
  for (let number = 1; ; number++) {
    const input = { name: number === 1 ? name : `${name}-${number}`, schema: schemaText, domain }
    try {
      return (await api.personalize.send(new CreateSchemaCommand(input))).schemaArn!
    } catch (error) {
      if ((error as Error).name !== 'ResourceAlreadyExistsException' || number === TRIES) throw error
    }
  }
}

async function startJob(api: Api, plan: Plan, datasetArn: string, dataLocation: string): Promise<Outcome> {
  const time = new Date().toISOString().slice(0, 19).replaceAll(/\D/g, '')
  const jobName = `${plan.group.name}-${plan.type.toLowerCase().replaceAll('_', '-')}-${time}`
  const roleArn = `arn:aws:iam::${datasetArn.split(':')[4]}:role/personalite`
  await api.personalize.send(
    new CreateDatasetImportJobCommand({
      jobName,
      datasetArn,
      dataSource: { dataLocation },
      roleArn,
      importMode: plan.mode,
    }),
  )
  return { jobName }
}
