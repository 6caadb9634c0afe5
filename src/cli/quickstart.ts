import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { LOCAL_KEY } from '../config.ts'
import { readConfiguration } from '../configuration.ts'
import { openApi, openClient } from './client.ts'
import { createDatasets, importShop } from './quickstart/import-shop.ts'
import { whatNext } from './quickstart/next.ts'
import { makeShop } from './quickstart/shop.ts'
import { showAfter, showBefore, showRelated } from './quickstart/show.ts'
import { seconds, step } from './quickstart/steps.ts'
import { deployAll, trainAll } from './quickstart/train.ts'
import { openCounter } from './quickstart/visitor.ts'
import { start, stopOnSignal } from './serve.ts'

export interface QuickstartOptions {
  readonly port: number
  /** Where the data are kept; left out, they are in a temporary directory that goes at the end. */
  readonly dataDir?: string
  /** Whether it ends when all has been shown. */
  readonly exit?: boolean
}

/**
 * Shows what a server does, on a sample shop: starts one, imports the shop by the public API as any client would, trains,
 * and recommends to a user who was put a moment ago. Then the server stays up until a signal stops it.
 * @throws Error in a line that its user understands
 */
export async function quickstart({ port, dataDir: wanted, exit = false }: QuickstartOptions): Promise<void> {
  const began = performance.now()
  const dataDir = wanted === undefined ? await mkdtemp(join(tmpdir(), 'personalite-quickstart-')) : resolve(wanted)
  if (wanted !== undefined) await assertEmpty(dataDir)
  const config = readConfiguration({ port, dataDir, s3: 'folder', logLevel: 'warn' }, undefined, {})
  const server = await step(`A server, its data in ${dataDir}`, () => start(config))
  let isStopping = false
  const stop = async () => {
    isStopping = true
    await server.stop()
    if (wanted === undefined) await rm(dataDir, { recursive: true, force: true })
  }
  if (!exit) stopOnSignal({ stop })
  try {
    await tour(server.url, dataDir)
    console.log(`All of it took ${seconds(performance.now() - began)}.`)
  } catch (error) {
    // What is under way when a signal comes fails because of that.
    if (isStopping) return
    await stop()
    throw error
  }
  if (exit) return stop()
  const after = wanted === undefined ? 'goes' : `stays: npm start -- --data-dir ${dataDir} serves it again`
  console.log(`The server is up at ${server.url} until Ctrl-C; then what is in ${dataDir} ${after}.`)
}

async function tour(url: string, dataDir: string): Promise<void> {
  const call = openApi(url, LOCAL_KEY)
  const get = openClient(url, LOCAL_KEY)
  const shop = makeShop(new Date())
  const datasets = await step('Schemas, a dataset group and three datasets', () => createDatasets(call))
  const [users, items, events] = [shop.users, shop.items, shop.interactions].map(({ length }) =>
    length.toLocaleString('en'),
  )
  await step(`A sample shop imported from CSV: ${users} users, ${items} items, ${events} events`, () =>
    importShop(call, get, dataDir, datasets, shop),
  )
  const versions = await step('aws-user-personalization-v2 and aws-similar-items trained', () =>
    trainAll(call, get, datasets.datasetGroupArn),
  )
  const [campaigns, { trackingId }] = await step('A campaign of each, and an event tracker', async () => [
    await deployAll(call, versions),
    await call('CreateEventTracker', { name: 'web', datasetGroupArn: datasets.datasetGroupArn }),
  ])
  const counter = openCounter(call, {
    users: datasets.users,
    trackingId: trackingId!,
    campaignArn: campaigns['for-you'],
  })
  await showBefore(counter)
  await showAfter(counter)
  await showRelated(call, campaigns['goes-with'])
  const made = {
    users: datasets.users,
    trackingId: trackingId!,
    forYou: campaigns['for-you'],
    goesWith: campaigns['goes-with'],
  }
  console.log(whatNext({ url }, made))
}

/** It makes a shop of its own: nothing of anybody else's is touched. */
async function assertEmpty(dataDir: string): Promise<void> {
  const found = await readdir(dataDir).catch(() => [])
  if (found.length > 0) throw new Error(`${dataDir} is not empty: name a new directory with --data-dir, or none`)
}
