import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type Config, LOCAL_KEY } from '../config/config.ts'
import { readConfiguration } from '../config/read-configuration.ts'
import { CONSOLE_PATH, isConsoleBuilt } from '../console/console.ts'
import { openApi, openClient } from './client.ts'
import { deployAll, trainAll } from './quickstart/deploy.ts'
import { createDatasets, importShop } from './quickstart/import-shop.ts'
import { nextSteps, PERSONALITE } from './quickstart/next.ts'
import { makeShop } from './quickstart/shop.ts'
import { showAfter, showBefore, showRelated } from './quickstart/show.ts'
import { seconds, step } from './quickstart/steps.ts'
import { openCounter } from './quickstart/visitor.ts'
import { start, stopOnSignal } from './serve.ts'

export interface QuickstartOptions {
  readonly port: number
  readonly unknownProperties?: Config['unknownProperties']
  /** The directory of the data; by default a temporary one, which is deleted at the end. */
  readonly dataDir?: string
  /** Whether the server stops after the demonstration. */
  readonly exit?: boolean
}

/**
 * Demonstrates a server with a sample shop. It starts one, imports the shop through the public API, trains, and
 * recommends to a user who was put a moment ago. Then the server runs until a signal stops it.
 * @throws Error with a message of one line for the user
 */
export async function quickstart(options: QuickstartOptions): Promise<void> {
  const { port, dataDir: wanted, exit = false, unknownProperties = 'refuse' } = options
  const began = performance.now()
  const used = new AsyncDisposableStack()
  try {
    const dataDir = wanted === undefined ? await temporaryDirectory(used) : await emptyDirectory(wanted)
    const given = { port, dataDir, unknownProperties, s3: 'folder', logLevel: 'warn' } as const
    const config = readConfiguration(given, undefined, {})
    const { url } = await step(`A server, its data in ${dataDir}`, async () => used.use(await start(config)))
    if (!exit) stopOnSignal({ stop: () => used.disposeAsync() })
    await tour(url, dataDir)
    console.log(`Total time: ${seconds(performance.now() - began)}.`)
    if (exit) {
      await used.disposeAsync()
      // The commands above name its port.
      const again = `${PERSONALITE} serve --data-dir ${dataDir} --port ${new URL(url).port} serves it again`
      const rest = wanted === undefined ? 'its data are deleted: without --exit it goes on' : again
      return console.log(`The server has ended; ${rest}, for the commands above.`)
    }
    const rest =
      wanted === undefined ? `${dataDir} is deleted then` : `${PERSONALITE} serve --data-dir ${dataDir} serves it again`
    console.log(`The server runs at ${url} until Ctrl-C; ${rest}.`)
    if (isConsoleBuilt()) console.log(`Look at it in a browser: ${url}${CONSOLE_PATH}`)
  } catch (error) {
    // A signal stopped the server during a step, which therefore failed.
    if (used.disposed) return
    await used.disposeAsync()
    throw error
  }
}

async function tour(url: string, dataDir: string): Promise<void> {
  const call = openApi(url, LOCAL_KEY)
  const get = openClient(url, LOCAL_KEY)
  const shop = makeShop(new Date())
  const { users, items, interactions } = shop
  const size = `${users.length} users, ${items.length} items and ${interactions.length} events`

  const datasets = await step('A dataset group with its schemas and datasets', () => createDatasets(call))
  const { datasetGroupArn } = datasets
  await step(`A sample shop imported: ${size}`, () => importShop(call, get, { dataDir, datasets, shop }))
  const versions = await step('aws-user-personalization-v2 and aws-similar-items trained', () =>
    trainAll(call, get, datasetGroupArn),
  )
  const campaigns = await step('A campaign for each', () => deployAll(call, versions))
  const { trackingId, filterArn } = await step('An event tracker, and a filter that excludes items of the user', () =>
    createTrackerAndFilter(),
  )

  const counter = openCounter(call, get, {
    users: datasets.users,
    campaignArn: campaigns.forYou,
    trackingId,
    filterArn,
  })
  await showBefore(counter)
  await showAfter(counter)
  await showRelated(call, campaigns.goesWith)
  console.log(nextSteps(url, { ...campaigns, users: datasets.users, trackingId, filterArn }))

  async function createTrackerAndFilter() {
    const filterExpression = 'EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("*")'
    const { trackingId } = await call('CreateEventTracker', { name: 'web', datasetGroupArn })
    const { filterArn } = await call('CreateFilter', { name: 'new-to-user', datasetGroupArn, filterExpression })
    return { trackingId: trackingId!, filterArn: filterArn! }
  }
}

async function temporaryDirectory(used: AsyncDisposableStack): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'personalite-quickstart-'))
  used.defer(() => rm(directory, { recursive: true }))
  return directory
}

/** Returns the path of an empty directory. @throws Error if it holds something, which must not be replaced */
async function emptyDirectory(wanted: string): Promise<string> {
  const directory = resolve(wanted)
  const found = await readdir(directory).catch(() => [])
  if (found.length === 0) return directory
  throw new Error(`${directory} is not empty: name a new directory with --data-dir, or none`)
}
