import { randomBytes } from 'node:crypto'
import { openJobs } from '../../src/jobs/runner/runner.ts'
import { createDatasetGroup } from '../../src/operations/dataset-groups/create-dataset-group.ts'
import { createDataset } from '../../src/operations/datasets/create-dataset.ts'
import type { Services } from '../../src/operations/operation.ts'
import { createSchema } from '../../src/operations/schemas/create-schema.ts'
import { createResource, findResource } from '../../src/operations/shared/resources.ts'
import { createSolution } from '../../src/operations/solutions/create-solution.ts'
import type { Resource } from '../../src/store/resource-store.ts'
import { openTestServices, type TestServices } from './services.ts'

const id = (name: string) => ({ name, type: 'string' })
const category = (name: string) => ({ name, type: 'string', categorical: true })

/** These fields fit a custom dataset group and the domain ECOMMERCE. */
const FIELDS = {
  Interactions: [
    id('USER_ID'),
    id('ITEM_ID'),
    { name: 'TIMESTAMP', type: 'long' },
    id('EVENT_TYPE'),
    { name: 'EVENT_VALUE', type: ['null', 'float'] },
  ],
  Users: [id('USER_ID'), category('MEMBERSHIP')],
  Items: [
    id('ITEM_ID'),
    category('CATEGORY_L1'),
    { name: 'PRICE', type: 'float' },
    { name: 'STOCK', type: ['null', 'int'] },
  ],
  Actions: [id('ACTION_ID'), category('LEVEL')],
} as const

type Type = keyof typeof FIELDS

/** Opens services whose jobs wait for ever, so that a test can read them. */
export async function openIdleServices(): Promise<TestServices> {
  const services = await openTestServices()
  return { ...services, jobs: openJobs({ ...services, s3: 'folder', concurrency: 0 }) }
}

/** A dataset group with datasets of these types. Returns its ARN. */
export async function createGroup(
  services: Services,
  name: string,
  { types = ['Interactions', 'Items'] as readonly Type[], domain = undefined as 'ECOMMERCE' | undefined } = {},
): Promise<string> {
  const { datasetGroupArn } = await createDatasetGroup.run(services, { name, domain })
  for (const type of types) await addDataset(services, datasetGroupArn!, type, domain)
  return datasetGroupArn!
}

/** Adds a dataset to a group. Returns its ARN. */
export async function addDataset(
  services: Services,
  datasetGroupArn: string,
  type: Type,
  domain?: 'ECOMMERCE',
  fields: readonly object[] = FIELDS[type],
): Promise<string> {
  const name = `${datasetGroupArn.split('/')[1]}-${type}`
  const schema = JSON.stringify({
    type: 'record',
    name: type,
    namespace: 'com.amazonaws.personalize.schema',
    fields,
    version: '1.0',
  })
  const { schemaArn } = await createSchema.run(services, { name, schema, domain })
  const dataset = { name, schemaArn: schemaArn!, datasetGroupArn, datasetType: type }
  return (await createDataset.run(services, dataset)).datasetArn!
}

/** A Users dataset whose one field is AGE, an int or null, in a group of its own. Returns its ARN. */
export async function createUsersWithAge(services: Services): Promise<string> {
  const group = await createGroup(services, 'shop', { types: [] })
  const fields = [id('USER_ID'), { name: 'AGE', type: ['null', 'int'] }]
  return addDataset(services, group, 'Users', undefined, fields)
}

/** A solution that is not trained by itself. Returns its ARN. */
export async function solutionIn(
  services: Services,
  datasetGroupArn: string,
  name: string,
  recipe = 'aws-user-personalization',
): Promise<string> {
  const recipeArn = `arn:aws:personalize:::recipe/${recipe}`
  const input = { name, datasetGroupArn, recipeArn, performAutoTraining: false }
  return (await createSolution.run(services, input)).solutionArn!
}

/** Creates a version of a solution, which by default is ACTIVE without training. */
export async function versionOf(
  { store }: Services,
  solutionArn: string,
  members: { readonly status?: string; readonly document?: Readonly<Record<string, unknown>> } = {},
): Promise<Resource> {
  const { document } = await findResource(store, 'solution', solutionArn)
  const { recipeArn, datasetGroupArn } = document
  return createResource(store, {
    kind: 'solution-version',
    arn: `${solutionArn}/${randomBytes(4).toString('hex')}`,
    parent: solutionArn,
    status: members.status ?? 'ACTIVE',
    document: { solutionArn, recipeArn, datasetGroupArn, trainingMode: 'FULL', ...members.document },
  })
}
