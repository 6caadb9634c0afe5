import { rememberReads } from '../resource-cache.ts'
import { oneAfterTheOther } from '../serialize.ts'
import type { BatchListener, Claim, Store, StoreHandle } from '../store.ts'
import { Batches } from './batches.ts'
import { type Changes, openChanges } from './changes.ts'
import { openClaims } from './claims.ts'
import { end } from './connections.ts'
import { type Database, identityOf, migrate, openDatabase } from './database.ts'
import { openSharedShown } from './recent-recommendations.ts'
import { importWrites } from './tables/imports.ts'
import { interactionReads, interactionWrites, type PutInteractions } from './tables/interactions.ts'
import { type PutRecords, recordReads, recordWrites } from './tables/records.ts'
import { resourceReads, resourceWrites } from './tables/resources.ts'

interface PostgresHandle extends StoreHandle {
  readonly driver: 'postgres'
  readonly url: string
  readonly identity: string
  readonly claim: Claim | undefined
}

/** Connections of a server, and of a job's thread; and those for writes that need not wait for the disk. */
const CONNECTIONS = 10
const JOB_CONNECTIONS = 3
const LATER_CONNECTIONS = 2

/** Any number; all servers take this lock for writes that depend on reads. */
const EXCLUSIVE = 7377_0002

/**
 * Opens the store in this database, which any number of servers share, and brings its tables up to date.
 * @param url `postgres://user:password@host:port/database`, and other forms that node-postgres understands
 * @throws Error where the database cannot be reached
 */
export async function openPostgresStore(url: string, onBatch?: BatchListener): Promise<Store> {
  const db = openDatabase(url, { connections: CONNECTIONS })
  let identity: string
  try {
    await migrate(db)
    identity = await identityOf(db)
  } catch (error) {
    await db[Symbol.asyncDispose]()
    throw error
  }
  const changes = await openChanges(db, recordReads(db), interactionReads(db))
  const later = openDatabase(url, { connections: LATER_CONNECTIONS, durable: false })
  return assemble({ url, identity, db, later, changes, onBatch })
}

/** The store in a worker thread, from the handle of `share()`. Closing it leaves the store open elsewhere. */
export function openSharedPostgresStore(handle: StoreHandle): Store {
  const { url, identity, claim } = handle as PostgresHandle
  const db = openDatabase(url, { connections: JOB_CONNECTIONS, claim })
  const later = openDatabase(url, { connections: LATER_CONNECTIONS, durable: false, claim })
  const changes: Changes = {
    watch: () => () => {},
    catchUp: async () => {},
    // Servers look for themselves every second.
    wake: () => {},
    close: async () => {},
  }
  return assemble({ url, identity, db, later, changes })
}

interface Parts {
  readonly url: string
  readonly identity: string
  readonly db: Database
  /** Where a commit does not wait for the disk. */
  readonly later: Database
  readonly changes: Changes
  readonly onBatch?: BatchListener | undefined
}

function assemble({ url, identity, db, later, changes, onBatch }: Parts): Store {
  const resources = { ...resourceReads(db), ...resourceWrites(db) }
  const { put: putRecords, stage: stageRecords, ...records } = { ...recordReads(db), ...recordWrites(db) }
  const {
    put: putInteractions,
    stage: stageInteractions,
    ...interactions
  } = {
    ...interactionReads(db),
    ...interactionWrites(db),
  }
  const imports = importWrites(db, later)
  const recordBatches = new Batches<PutRecords>(putRecords, onBatch)
  const interactionBatches = new Batches<PutInteractions>(putInteractions, onBatch)
  const inTurn = oneAfterTheOther()
  let isClosing = false
  let purging: Promise<void> | undefined
  let closed: Promise<void> | undefined

  /** Announces a committed write, here and elsewhere. */
  const told = async <Result>(write: Promise<Result>): Promise<Result> => {
    const result = await write
    changes.wake()
    return result
  }
  const purge = async () => {
    while (!isClosing && (await imports.purgeSome()));
  }
  const purgeInBackground = () => {
    // Another round after the one under way: that one may have passed by rows queued just now.
    purging = (purging ?? Promise.resolve()).then(purge).catch(() => {})
    return purging
  }
  const close = async () => {
    isClosing = true
    await Promise.all([recordBatches.close(), interactionBatches.close(), purging])
    await changes.close()
    await Promise.all([db, later].map(database => database[Symbol.asyncDispose]()))
  }
  const store: Store = {
    identity,
    // After any fault of PostgreSQL a server need not be started anew.
    trouble: () => undefined,
    resources: {
      get: resources.get,
      list: resources.list,
      count: resources.count,
      tally: resources.tally,
      unfinished: resources.unfinished,
      create: resource => told(resources.create(resource)),
      update: (arn, change) => told(resources.update(arn, change)),
      async remove(arn) {
        await told(resources.remove(arn))
        purgeInBackground()
      },
    },
    known: rememberReads(resources, changes),
    records: {
      ...records,
      put: (dataset, rows) => told(recordBatches.add({ dataset, records: rows })),
      delete: (dataset, ids, before) => told(records.delete(dataset, ids, before)),
    },
    interactions: {
      ...interactions,
      put: (dataset, rows) => told(interactionBatches.add({ dataset, interactions: rows })),
      deleteUsers: (dataset, userIds, before) => told(interactions.deleteUsers(dataset, userIds, before)),
    },
    imports: {
      begin: imports.nextSeq,
      stageRecords,
      stageInteractions,
      async publish(dataset, generation) {
        await told(imports.publish(dataset, generation))
        purgeInBackground()
      },
      merge: (dataset, generation) => told(imports.merge(dataset, generation)),
      async discard(dataset, generation) {
        await imports.discard(dataset, generation)
        purgeInBackground()
      },
    },
    nextSeq: imports.nextSeq,
    claims: openClaims(db),
    shown: openSharedShown(later),
    exclusively: run =>
      inTurn(async () => {
        const client = await db.lock(EXCLUSIVE)
        try {
          await changes.catchUp()
          return await run()
        } finally {
          await end(client) // the lock goes with the connection
        }
      }),
    purge: purgeInBackground,
    watch: changes.watch,
    catchUp: changes.catchUp,
    share: claim => ({ handle: { driver: 'postgres', url, identity, claim } as PostgresHandle, transfer: [] }),
    close() {
      closed ??= close()
      return closed
    },
    [Symbol.asyncDispose]: () => store.close(),
  }
  return store
}
