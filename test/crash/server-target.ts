import { mkdir, writeFile } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'
import {
  CreateDatasetImportJobCommand,
  CreateEventTrackerCommand,
  DescribeDatasetImportJobCommand,
  DescribeEventTrackerCommand,
  ListEventTrackersCommand,
} from '@aws-sdk/client-personalize'
import { PutEventsCommand, PutUsersCommand } from '@aws-sdk/client-personalize-events'
import type { Store } from '../../src/store/store.ts'
import { clientsOf, createDataset } from '../support/server.ts'
import type { Found } from './check.ts'
import type { Target, User } from './load.ts'
import { foundIn } from './store-target.ts'

const GROUP = 'arn:aws:personalize:us-east-1:000000000000:dataset-group/shop'
const USERS = GROUP.replace(':dataset-group/', ':dataset/').concat('/USERS')
const INTERACTIONS = USERS.replace('/USERS', '/INTERACTIONS')

/** Makes the datasets that the load goes to. */
export async function prepareServer(url: string): Promise<void> {
  const clients = clientsOf(url)
  const string = (name: string) => ({ name, type: 'string' })
  await createDataset(clients, 'Users', { fields: [string('USER_ID'), { name: 'CALL', type: 'long' }] })
  await createDataset(clients, 'Interactions', {
    fields: [string('USER_ID'), string('ITEM_ID'), { name: 'TIMESTAMP', type: 'long' }],
  })
  await clients.personalize.send(new CreateEventTrackerCommand({ name: 'tracker', datasetGroupArn: GROUP }))
}

/** A running server as something to put load on, through the official clients. */
export async function serverTarget(url: string, dataDir: string): Promise<Target> {
  const { personalize, events } = clientsOf(url)
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
      while (true) {
        const { datasetImportJob } = await personalize.send(
          new DescribeDatasetImportJobCommand({ datasetImportJobArn }),
        )
        if (datasetImportJob!.status === 'ACTIVE') return
        if (datasetImportJob!.failureReason) throw new Error(datasetImportJob!.failureReason)
        await setTimeout(20)
      }
    },
  }
}

/** What the killed server left behind. */
export async function foundByServer(store: Store): Promise<Found> {
  const [users, interactions] = await Promise.all([USERS, INTERACTIONS].map(arn => store.resources.get(arn)))
  return foundIn(store, users!.id, interactions!.id)
}

function csvOf(users: readonly User[]): string {
  return ['USER_ID,CALL', ...users.map(({ id, call }) => `${id},${call}`), ''].join('\n')
}
