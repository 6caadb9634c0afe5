import { rm } from 'node:fs/promises'
import {
  CreateDatasetCommand,
  CreateDatasetGroupCommand,
  CreateEventTrackerCommand,
  CreateSchemaCommand,
  PersonalizeClient,
  ResourceAlreadyExistsException,
} from '@aws-sdk/client-personalize'
import { PersonalizeEventsClient } from '@aws-sdk/client-personalize-events'
import { PersonalizeRuntimeClient } from '@aws-sdk/client-personalize-runtime'
import { type Config, LOCAL_KEY } from '../../src/config/config.ts'
import { startServer } from '../../src/server.ts'
import { temporaryDirectory } from './directory.ts'
import { storeUrl } from './store.ts'

// The server computes recommendations for this moment, so that tests do not depend on the day.
process.env.PERSONALITE_TEST_NOW = '2026-11-23T12:00:00Z'

export interface TestServer extends AsyncDisposable {
  readonly url: string
  readonly dataDir: string
  readonly personalize: PersonalizeClient
  readonly events: PersonalizeEventsClient
  readonly runtime: PersonalizeRuntimeClient
}

/** Starts the real server on a free port, with the official clients. By default its data directory is a new one. */
export async function startTestServer(overrides: Partial<Config> = {}): Promise<TestServer> {
  const dataDir = overrides.dataDir ?? (await temporaryDirectory())
  const server = await startServer({
    host: '127.0.0.1',
    port: 0,
    tlsCert: undefined,
    tlsKey: undefined,
    dataDir,
    accountId: '000000000000',
    region: 'us-east-1',
    credentials: [],
    corsOrigins: [],
    trustedProxies: [],
    auditLog: undefined,
    auditDataEvents: 'off',
    auditLogSize: 100,
    auditLogFiles: 30,
    quotas: 'none',
    unknownProperties: 'ignore',
    minimums: 'on',
    keepEvents: 'forever',
    strictImports: 'off',
    s3: 'folder',
    logLevel: 'silent',
    maxRequests: 1000,
    drain: 0,
    now: undefined,
    console: 'on',
    faults: 'off',
    metricsToken: undefined,
    store: await storeUrl(dataDir),
    models: undefined,
    workers: 2,
    trainingSnapshots: 'on',
    ...overrides,
  })
  const clients = clientsOf(server.url)
  return {
    url: server.url,
    dataDir,
    ...clients,
    async [Symbol.asyncDispose]() {
      for (const client of Object.values(clients)) client.destroy()
      await server.stop()
      if (!overrides.dataDir) await rm(dataDir, { recursive: true })
    },
  }
}

/** Returns the three official clients, with the key that a server on loopback accepts, or another. */
export function clientsOf(endpoint: string, credentials = LOCAL_KEY, region = 'us-east-1') {
  const options = { endpoint, region, credentials, maxAttempts: 1 }
  return {
    personalize: new PersonalizeClient(options),
    events: new PersonalizeEventsClient(options),
    runtime: new PersonalizeRuntimeClient(options),
  }
}

const id = (name: string) => ({ name, type: 'string' })
const category = (name: string) => ({ name, type: ['null', 'string'], categorical: true })
const interaction = (item: string) => [
  id('USER_ID'),
  id(item),
  id('EVENT_TYPE'),
  { name: 'TIMESTAMP', type: 'long' },
  category('DEVICE'),
]

/** The default fields of the schemas that `createDataset` creates. */
const FIELDS = {
  Users: [
    id('USER_ID'),
    { name: 'AGE', type: ['null', 'int'] },
    category('MEMBERSHIP_TYPE'),
    { name: 'LOYALTY_NUMBER', type: ['null', 'long'] },
  ],
  Items: [id('ITEM_ID'), category('GENRES'), { name: 'PRICE', type: ['null', 'float'] }],
  Actions: [id('ACTION_ID'), category('CHANNEL'), { name: 'VALUE', type: ['null', 'long'] }],
  Interactions: interaction('ITEM_ID'),
  Action_Interactions: interaction('ACTION_ID'),
} as const

interface DatasetOptions {
  /** The name of the dataset group, which is created if it is missing. */
  readonly group?: string
  readonly fields?: readonly object[]
}

/** Creates a dataset of this type with its schema, in a new dataset group or a given one. */
export async function createDataset(
  { personalize }: Pick<TestServer, 'personalize'>,
  datasetType: keyof typeof FIELDS,
  { group = 'shop', fields = FIELDS[datasetType] }: DatasetOptions = {},
) {
  const datasetGroupArn = await createDatasetGroup(personalize, group)
  const name = `${group}-${datasetType}`.toLowerCase().replaceAll('_', '-')
  const schema = JSON.stringify({
    type: 'record',
    name: datasetType.replace('_', ''),
    namespace: 'com.amazonaws.personalize.schema',
    fields,
    version: '1.0',
  })
  const { schemaArn } = await personalize.send(new CreateSchemaCommand({ name, schema }))
  const dataset = { name, datasetType, datasetGroupArn, schemaArn: schemaArn! }
  const { datasetArn } = await personalize.send(new CreateDatasetCommand(dataset))
  return { datasetGroupArn, schemaArn: schemaArn!, datasetArn: datasetArn! }
}

/** Creates a Users dataset with AGE (int), MEMBERSHIP_TYPE (categorical) and LOYALTY_NUMBER (long), all nullable. */
export function createUsersDataset(server: Pick<TestServer, 'personalize'>, options?: DatasetOptions) {
  return createDataset(server, 'Users', options)
}

/** Creates the event tracker of a dataset group. Returns its tracking id. */
export async function createTracker(
  { personalize }: Pick<TestServer, 'personalize'>,
  datasetGroupArn: string,
): Promise<string> {
  const tracker = new CreateEventTrackerCommand({ name: 'web', datasetGroupArn })
  return (await personalize.send(tracker)).trackingId!
}

async function createDatasetGroup(personalize: PersonalizeClient, name: string): Promise<string> {
  try {
    const { datasetGroupArn } = await personalize.send(new CreateDatasetGroupCommand({ name }))
    return datasetGroupArn!
  } catch (error) {
    if (!(error instanceof ResourceAlreadyExistsException)) throw error
    return `arn:aws:personalize:us-east-1:000000000000:dataset-group/${name}`
  }
}
