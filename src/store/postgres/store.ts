import { type Clock, openClock } from '../../clock.ts'
import type { BatchListener, StoreOptions } from '../options.ts'
import { openPurging } from '../purging.ts'
import { rememberReads } from '../resource-cache.ts'
import { oneAfterTheOther } from '../serialize.ts'
import type { Claim, Store, StoreHandle } from '../store.ts'
import { type Admission, openAdmission } from './admission.ts'
import { type Changes, NO_CHANGES, openChanges } from './changes.ts'
import { openClaims } from './claims.ts'
import { end } from './connections.ts'
import { type Database, identityOf, openDatabase } from './database.ts'
import { openImports } from './imports.ts'
import { openInteractions } from './interactions.ts'
import { MIGRATIONS_KNOWN, migrate } from './migrate.ts'
import { openSharedShown } from './recent-recommendations.ts'
import { openRecords } from './records.ts'
import { openResources } from './resources.ts'
import { nextSeq, purgeSome } from './tables/imports.ts'

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
export async function openPostgresStore(url: string, options: StoreOptions = {}): Promise<Store> {
  const { onBatch, clock = openClock(), migrating } = options
  {
    await using db = openDatabase(url, { connections: 1 })
    await migrate(db, migrating)
  }
  const admission = openAdmission(MIGRATIONS_KNOWN)
  const db = openDatabase(url, { connections: CONNECTIONS, admission })
  const identity = await identityOf(db)
  const changes = await openChanges(db)
  const later = openDatabase(url, { connections: LATER_CONNECTIONS, durable: false, admission })
  return assemble({ url, identity, clock, db, later, admission, changes, onBatch })
}

/** The store in a worker thread, from the handle of `share()`. Closing it leaves the store open elsewhere. */
export function openSharedPostgresStore(handle: StoreHandle): Store {
  const { url, identity, clock, claim } = handle as PostgresHandle
  const admission = openAdmission(MIGRATIONS_KNOWN)
  const db = openDatabase(url, { connections: JOB_CONNECTIONS, claim, admission })
  const later = openDatabase(url, { connections: LATER_CONNECTIONS, durable: false, claim, admission })
  return assemble({ url, identity, clock: openClock(clock), db, later, admission, claim, changes: NO_CHANGES })
}

interface Opened {
  readonly url: string
  readonly identity: string
  readonly clock: Clock
  readonly db: Database
  /** Where a commit does not wait for the disk. */
  readonly later: Database
  readonly admission: Admission
  /** The job whose worker alone may write; undefined in a server. */
  readonly claim?: Claim | undefined
  readonly changes: Changes
  readonly onBatch?: BatchListener | undefined
}

/** The store from its parts. */
function assemble({ url, identity, clock, db, later, admission, claim, changes, onBatch }: Opened): Store {
  const purging = openPurging(() => purgeSome(later))
  const resources = openResources(db, clock, changes, purging)
  const records = openRecords(db, changes, onBatch)
  const interactions = openInteractions({ db, later }, changes, onBatch)
  const closeAll = async () => {
    await Promise.all([records.close(), interactions.close(), purging.stop()])
    await changes.close()
    await Promise.all([db, later].map(database => database[Symbol.asyncDispose]()))
  }
  let closed: Promise<void> | undefined
  const store: Store = {
    identity,
    clock,
    // After any fault of PostgreSQL a server need not be started anew.
    trouble: admission.refusal,
    outgrown: admission.outgrown,
    resources,
    known: rememberReads(resources, changes),
    records,
    interactions,
    imports: openImports(db, changes, purging),
    claims: openClaims(db),
    shown: openSharedShown(later),
    nextSeq: () => nextSeq(db),
    exclusively: exclusively(db, changes),
    purge: purging.purge,
    watch: changes.watch,
    catchUp: changes.catchUp,
    share: (job = claim) => ({
      handle: { driver: 'postgres', url, identity, clock: clock.shared, claim: job } as PostgresHandle,
      transfer: [],
    }),
    close() {
      closed ??= closeAll()
      return closed
    },
    [Symbol.asyncDispose]: () => store.close(),
  }
  return store
}

/** One at a time in this process, and by a lock of the database on all servers. */
function exclusively(db: Database, { catchUp }: Changes): Store['exclusively'] {
  const inTurn = oneAfterTheOther()
  return run =>
    inTurn(async () => {
      const client = await db.lock(EXCLUSIVE)
      try {
        await catchUp()
        return await run()
      } finally {
        await end(client) // the lock goes with the connection
      }
    })
}
