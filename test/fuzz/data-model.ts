/** A user's record as a client would put it. */
export type Properties = Readonly<Record<string, number | string>>

/** An event as a client puts it. */
export interface PutEvent {
  readonly itemId: string
  /** Seconds since 1970. */
  readonly at: number
  readonly device?: string | undefined
  readonly eventId?: string | undefined
}

/** A row of a file of interactions. */
export interface Row extends Omit<PutEvent, 'eventId'> {
  readonly userId: string
}

interface Stored extends PutEvent {
  /** The user, or the session of one who is not known. */
  readonly owner: string
  readonly sessionId?: string
  readonly isAnonymous: boolean
  readonly isRepeated: boolean
  readonly seq: number
}

interface StoredRecord {
  readonly properties: Properties
  readonly seq: number
}

export type Mode = 'FULL' | 'INCREMENTAL'

/** An event as it is read back. */
type Found = Readonly<Record<'itemId' | 'at' | 'device' | 'eventId' | 'ingestion' | 'isRepeated', unknown>>

/**
 * The users and interactions of a dataset group by the rules of docs/compatibility.md, as plainly as they can be
 * written.
 */
export function openDataModel() {
  let seq = 0
  const users = { PUT: new Map<string, StoredRecord>(), BULK: new Map<string, StoredRecord>() }
  let put: Stored[] = []
  let bulk = new Map<string, Stored>()
  let duplicates = 0
  const owners = new Map<string, { readonly userId: string; readonly seq: number }>()

  const place = () => ++seq
  const isIn = (owner: string, event: PutEvent) => put.some(other => keyOf(other) === keyOf({ ...event, owner }))

  function putEvent(sessionId: string, userId: string | undefined, event: PutEvent) {
    if (userId !== undefined) {
      const anonymous = put.filter(other => other.isAnonymous && other.owner === sessionId && sessionId !== userId)
      for (const one of anonymous.filter(other => other.sessionId === sessionId)) {
        const isTwice = isIn(userId, one)
        put = put.filter(other => other !== one)
        if (isTwice) duplicates++
        else put.push({ ...one, owner: userId })
      }
      owners.set(sessionId, { userId, seq: place() })
    }
    const owner = userId ?? owners.get(sessionId)?.userId ?? sessionId
    if (isIn(owner, event)) {
      duplicates++
      return
    }
    const isRepeated =
      event.eventId !== undefined && put.some(other => other.eventId === event.eventId && !other.isRepeated)
    put.push({ ...event, owner, sessionId, isAnonymous: userId === undefined, isRepeated, seq: place() })
  }

  return {
    /** A place in the sequence of writes, at which a job counts. */
    place,
    putUsers(records: readonly (readonly [id: string, properties: Properties])[]) {
      for (const [id, properties] of records) users.PUT.set(id, { properties, seq: place() })
    },
    importUsers(mode: Mode, at: number, rows: readonly (readonly [id: string, properties: Properties])[]) {
      if (mode === 'FULL') users.BULK.clear()
      for (const [id, properties] of rows) users.BULK.set(id, { properties, seq: at })
    },
    putEvents(sessionId: string, userId: string | undefined, events: readonly PutEvent[]) {
      for (const event of events) putEvent(sessionId, userId, event)
    },
    importEvents(mode: Mode, at: number, rows: readonly Row[]) {
      if (mode === 'FULL') bulk = new Map()
      for (const { userId, ...event } of rows) {
        const stored = { ...event, owner: userId, isAnonymous: false, isRepeated: false, seq: at }
        bulk.set(keyOf(stored), stored)
      }
    },
    /** Returns how many rows that were. */
    deleteUsers(ids: readonly string[]): number {
      const before = users.PUT.size + users.BULK.size + put.length + bulk.size
      for (const id of ids) {
        users.PUT.delete(id)
        users.BULK.delete(id)
        put = put.filter(({ owner }) => owner !== id)
        for (const [key, { owner }] of bulk) if (owner === id) bulk.delete(key)
        for (const [sessionId, { userId }] of owners) if (userId === id) owners.delete(sessionId)
      }
      return before - (users.PUT.size + users.BULK.size + put.length + bulk.size)
    },
    user(id: string): (StoredRecord & { readonly ingestion: string }) | undefined {
      const [one, other] = [users.PUT.get(id), users.BULK.get(id)]
      if (one && (!other || one.seq > other.seq)) return { ...one, ingestion: 'PUT' }
      return other && { ...other, ingestion: 'BULK' }
    },
    history(owner: string): readonly Found[] {
      const found = new Map<string, Stored & { readonly ingestion: string }>()
      const both = [
        ...put.map(event => ({ ...event, ingestion: 'PUT' })),
        ...bulk.values().map(event => ({ ...event, ingestion: 'BULK' })),
      ]
      for (const event of both.filter(event => event.owner === owner)) {
        const other = found.get(keyOf(event))
        if (!other || other.seq < event.seq) found.set(keyOf(event), event)
      }
      return [...found.values()].map(({ itemId, at, device, eventId, ingestion, isRepeated }) => {
        return { itemId, at, device, eventId, ingestion, isRepeated }
      })
    },
    counts() {
      const keys = new Set([...put.map(keyOf), ...bulk.keys()])
      return {
        users: {
          PUT: users.PUT.size,
          BULK: users.BULK.size,
          ALL: new Set([...users.PUT.keys(), ...users.BULK.keys()]).size,
        },
        interactions: { PUT: put.length, BULK: bulk.size, ALL: keys.size },
        duplicates,
        repeated: put.filter(({ isRepeated }) => isRepeated).length,
      }
    },
  }
}

function keyOf({ owner, itemId, at, device }: Pick<Stored, 'owner' | 'itemId' | 'at' | 'device'>): string {
  return JSON.stringify([owner, itemId, at, device])
}
