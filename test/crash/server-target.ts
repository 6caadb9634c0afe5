import { mkdir, writeFile } from 'node:fs/promises'
import {
  CreateDatasetImportJobCommand,
  CreateEventTrackerCommand,
  DescribeDatasetImportJobCommand,
  DescribeEventTrackerCommand,
  ListEventTrackersCommand,
} from '@aws-sdk/client-personalize'
import { PutEventsCommand, PutItemsCommand, PutUsersCommand } from '@aws-sdk/client-personalize-events'
import { assertActive, finished } from '#test/jobs.ts'
import { clientsOf, createDataset } from '#test/server.ts'
import type { Store } from '../../src/store/store.ts'
import type { Found } from './check.ts'
import type { Row, Target } from './load.ts'
import { foundIn } from './store-target.ts'

const GROUP = 'arn:aws:personalize:us-east-1:000000000000:dataset-group/shop'
const USERS = GROUP.replace(':dataset-group/', ':dataset/').concat('/USERS')
const ITEMS = USERS.replace('/USERS', '/ITEMS')
const INTERACTIONS = USERS.replace('/USERS', '/INTERACTIONS')

/** Creates the datasets of the load. */
export async function prepareServer(
  url: string,
  clients: Pick<ReturnType<typeof clientsOf>, 'personalize'> = clientsOf(url),
): Promise<void> {
  const string = (name: string) => ({ name, type: 'string' })
  await createDataset(clients, 'Users', { fields: [string('USER_ID'), { name: 'CALL', type: 'long' }] })
  await createDataset(clients, 'Items', { fields: [string('ITEM_ID'), { name: 'CALL', type: 'long' }] })
  await createDataset(clients, 'Interactions', {
    fields: [string('USER_ID'), string('ITEM_ID'), { name: 'TIMESTAMP', type: 'long' }],
  })
  await clients.personalize.send(new CreateEventTrackerCommand({ name: 'tracker', datasetGroupArn: GROUP }))
}

/** Returns a running server as a target of load, through the official clients. */
export async function serverTarget(
  url: string,
  dataDir: string,
  { personalize, events }: Pick<ReturnType<typeof clientsOf>, 'personalize' | 'events'> = clientsOf(url),
): Promise<Target> {
  const { eventTrackers } = await personalize.send(new ListEventTrackersCommand({ datasetGroupArn: GROUP }))
  const { eventTrackerArn } = eventTrackers![0]!
  const { eventTracker } = await personalize.send(new DescribeEventTrackerCommand({ eventTrackerArn }))
  await mkdir(`${dataDir}/s3/crash`, { recursive: true })
  return {
    async putUsers(users) {
      const input = {
        datasetArn: USERS,
        users: users.map(({ id, call }) => ({ userId: id, properties: `{"call":${call}}` })),
      }
      await events.send(new PutUsersCommand(input))
    },
    async putItems(rows) {
      const items = rows.map(({ id, call }) => ({ itemId: id, properties: `{"call":${call}}` }))
      await events.send(new PutItemsCommand({ datasetArn: ITEMS, items }))
    },
    async putEvents(rows) {
      const eventList = rows.map(({ itemId }) => ({ itemId, eventType: 'click', sentAt: new Date(1_600_000_000_000) }))
      const userId = `${rows[0]!.call}`
      await events.send(
        new PutEventsCommand({ trackingId: eventTracker!.trackingId!, userId, sessionId: userId, eventList }),
      )
    },
    async importUsers(users) {
      const name = `import-${users[0]!.call}`
      await writeFile(`${dataDir}/s3/crash/${name}.csv`, csvOf(users))
      const { datasetImportJobArn } = await personalize.send(
        new CreateDatasetImportJobCommand({
          jobName: name,
          datasetArn: USERS,
          dataSource: { dataLocation: `s3://crash/${name}.csv` },
          roleArn: 'arn:aws:iam::000000000000:role/crash',
        }),
      )
      const describe = new DescribeDatasetImportJobCommand({ datasetImportJobArn })
      assertActive(await finished(async () => (await personalize.send(describe)).datasetImportJob))
    },
  }
}

/** The data that the killed server left behind. */
export async function foundByServer(store: Store): Promise<Found> {
  const [users, items, interactions] = await Promise.all(
    [USERS, ITEMS, INTERACTIONS].map(arn => store.resources.get(arn)),
  )
  return foundIn(store, users!.id, items!.id, interactions!.id)
}

function csvOf(users: readonly Row[]): string {
  return ['USER_ID,CALL', ...users.map(({ id, call }) => `${id},${call}`), ''].join('\n')
}
