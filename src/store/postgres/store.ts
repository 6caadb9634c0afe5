import { type Clock, openClock } from '../../clock.ts'
import type { Claim } from '../claim-store.ts'
import type { BatchListener, StoreOptions } from '../options.ts'
import { openPurging } from '../purging.ts'
import { ALL_USERS } from '../ranges.ts'
import { rememberReads } from '../resource-cache.ts'
import { oneAfterTheOther } from '../serialize.ts'
import type { Store, StoreHandle } from '../store.ts'
import { type Admission, openAdmission } from './admission.ts'
import { type Changes, NO_CHANGES, openChanges } from './changes.ts'
import { distributeIfEmpty } from './citus/distribute.ts'
import { atNode, citusNode } from './citus/nodes.ts'
import { spreadReads } from './citus/reads.ts'
import { spreadScan } from './citus/scan.ts'
import { openUnderWay } from './citus/under-way.ts'
import { openClaims } from './claims.ts'
import type { ConnectionOptions } from './connections.ts'
import { type Database, identityOf, openDatabase } from './database.ts'
import { openImports } from './imports.ts'
import { openInteractions } from './interactions.ts'
import { MIGRATIONS_KNOWN, migrate } from './migrate.ts'
import { readsByKey, readTogether } from './read-together.ts'
import { openSharedShown } from './recent-recommendations.ts'
import { openRecords } from './records.ts'
import { openResources } from './resources.ts'
import { nextSeq, purgeSome } from './tables/imports.ts'
import { interactionReads } from './tables/interactions.ts'
import { recordReads } from './tables/records.ts'
import { openWrites } from './writes.ts'

interface PostgresHandle extends StoreHandle {
  readonly driver: 'postgres'
  /** Of the coordinator, where tables are spread over nodes. */
  readonly url: string
  readonly spread: boolean
  readonly identity: string
  readonly claim: Claim | undefined
}

/** Connections of a server, and of a job's thread; and those for writes that need not wait for the disk. */
const CONNECTIONS = 10
const JOB_CONNECTIONS = 3
const LATER_CONNECTIONS = 2
/** Of a server or a job to each node of Citus, for the rows of one key. */
const NODE_CONNECTIONS = 4

/** Any number; all servers take this lock for writes that depend on reads. */
const EXCLUSIVE = 7377_0002

/**
 * Opens the store in this database, which any number of servers share, and brings its tables up to date.
 * @param url `postgres://user:password@host:port/database`, and other forms that node-postgres understands; of several
 *   hosts, `host:port,host:port`, the next one takes the place of one that is lost
 * @throws Error where the database cannot be reached
 */
export async function openPostgresStore(url: string, options: StoreOptions = {}): Promise<Store> {
  const { onBatch, clock = openClock(), migrating } = options
  const { coordinator, spread } = await prepare(url, migrating)
  const admission = openAdmission(MIGRATIONS_KNOWN, spread)
  const ofServer = { admission, spread, byKeys: true }
  await using opened = new AsyncDisposableStack()
  const db = opened.use(openDatabase(coordinator, { ...ofServer, connections: CONNECTIONS }))
  const near =
    spread && coordinator !== url ? opened.use(openNode(url, db, admission, { connections: CONNECTIONS })) : db
  const identity = await identityOf(db)
  const changes = await openChanges(db, { near, underWay: spread ? openUnderWay(db) : undefined })
  const later = openDatabase(coordinator, { ...ofServer, connections: LATER_CONNECTIONS, durable: false })
  opened.move()
  return assemble({ url: coordinator, spread, identity, clock, db, near, later, admission, changes, onBatch })
}

/** A node. Whether this version may use it is a question to the coordinator. */
function openNode(
  url: string,
  coordinator: Database,
  admission: Admission,
  options: Pick<ConnectionOptions, 'connections' | 'claim'>,
): Database {
  const admit = () => coordinator.transaction(admission.admit)
  return openDatabase(url, { ...options, admission: { admit }, spread: true, byKeys: true })
}

/**
 * Brings the tables up to date, and spreads those of an empty database over the nodes of Citus, where there are any.
 * Returns where to write what is not spread, and whether tables are.
 */
async function prepare(
  url: string,
  migrating: StoreOptions['migrating'],
): Promise<{ readonly coordinator: string; readonly spread: boolean }> {
  const node = await citusNode(url)
  const coordinator = node?.coordinator ?? url
  await using db = openDatabase(coordinator, { connections: 1 })
  await migrate(db, migrating)
  const spread = node !== undefined && (await distributeIfEmpty(db))
  if (spread || !node || node.isCoordinator) return { coordinator, spread }
  throw new Error('the data are on the coordinator of Citus alone: name it, or run personalite store distribute')
}

/** The store in a worker thread, from the handle of `share()`. Closing it leaves the store open elsewhere. */
export function openSharedPostgresStore(handle: StoreHandle): Store {
  const { url, spread, identity, clock, claim } = handle as PostgresHandle
  const admission = openAdmission(MIGRATIONS_KNOWN, spread)
  const db = openDatabase(url, { connections: JOB_CONNECTIONS, claim, admission, spread })
  const later = openDatabase(url, { connections: LATER_CONNECTIONS, durable: false, claim, admission, spread })
  const databases = { db, near: db, later, admission }
  return assemble({ url, spread, identity, clock: openClock(clock), ...databases, claim, changes: NO_CHANGES })
}

interface Opened {
  readonly url: string
  readonly spread: boolean
  readonly identity: string
  readonly clock: Clock
  readonly db: Database
  /** Where rows of the tables that are spread over nodes are read and put; else the same. */
  readonly near: Database
  /** Where a commit does not wait for the disk. */
  readonly later: Database
  readonly admission: Admission
  /** The job whose worker alone may write; undefined in a server. */
  readonly claim?: Claim | undefined
  readonly changes: Changes
  readonly onBatch?: BatchListener | undefined
}

/** The store from its parts. */
function assemble(opened: Opened): Store {
  const { url, spread, identity, clock, db, near, later, admission, claim, changes, onBatch } = opened
  const purging = openPurging(() => purgeSome(later))
  const resources = openResources(db, clock, changes, purging)
  const underWay = spread ? openUnderWay(db) : undefined
  const writes = openWrites({ db, near, later }, underWay)
  const scan = underWay ? spreadScan(url, { connections: 1, claim, spread }, db, underWay) : near.scan
  const [ofRecords, ofInteractions] = [recordReads({ ...near, scan }, db), interactionReads({ ...near, scan })]
  // Where tables are spread, a scan of all users reads from all nodes at once, and a user's read from one.
  const inOne: typeof ofInteractions.inRangesOfUsers = (_dataset, _most, read) => read([ALL_USERS])
  const inRangesOfUsers = spread ? inOne : ofInteractions.inRangesOfUsers
  const reads = spread
    ? spreadReads(db, place => openNode(atNode(url, place), db, admission, { connections: NODE_CONNECTIONS, claim }))
    : readTogether(db)
  const { get, history } = readsByKey(reads)
  const records = openRecords({ ...ofRecords, get }, writes.records, changes, onBatch)
  const interactions = openInteractions(
    { ...ofInteractions, history, inRangesOfUsers },
    writes.interactions,
    changes,
    onBatch,
  )
  const closeAll = async () => {
    await Promise.all([records.close(), interactions.close(), reads.close(), purging.stop()])
    await changes.close()
    await Promise.all([...new Set([db, near, later])].map(database => database[Symbol.asyncDispose]()))
  }
  let closed: Promise<void> | undefined
  const store: Store = {
    identity,
    clock,
    // After any fault of PostgreSQL a server need not be started anew.
    trouble: admission.refusal,
    ended: admission.outgrown,
    resources,
    known: rememberReads(resources, changes),
    records,
    interactions,
    imports: openImports(db, writes, changes, purging),
    claims: openClaims(db),
    shown: openSharedShown(later),
    nextSeq: () => nextSeq(db),
    exclusively: exclusively(db, changes),
    purge: purging.purge,
    watch: changes.watch,
    catchUp: changes.catchUp,
    share: (job = claim) => ({
      handle: { driver: 'postgres', url, spread, identity, clock: clock.shared, claim: job } as PostgresHandle,
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
    inTurn(() =>
      db.exclusively(EXCLUSIVE, async () => {
        await catchUp()
        return run()
      }),
    )
}
