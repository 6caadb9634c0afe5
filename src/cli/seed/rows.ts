import { toJson } from '../../contract/json.ts'
import { compileCsvInteractions, compileCsvRecords, type ImportedRecord } from '../../datasets/csv.ts'
import { propertiesOf } from '../../datasets/encoding.ts'
import { foldName } from '../../datasets/names.ts'
import { type CompileHeader, readTables } from '../../jobs/tables/read-tables.ts'
import { tableInMemory } from '../../jobs/tables/table.ts'
import type { ImportedInteraction } from '../../store/rows.ts'
import type { CallOperation } from '../client.ts'
import type { DatasetName, SeedDataset } from './declared.ts'

/** Where the rows of a dataset go. */
export interface Target {
  readonly datasetArn: string
  /** Of events. */
  readonly trackingId: string
}

/** Puts the rows of a dataset. @throws Error that names the file, with the server's message */
export type PutRows = (call: CallOperation, target: Target) => Promise<void>

type Put = (call: CallOperation, target: Target) => Promise<unknown>

const ROWS_A_CALL = 10
const CALLS_AT_ONCE = 32
/** The type of events whose rows have none: a Put call needs some. */
const NO_TYPE = 'interaction'

/**
 * Reads the rows of a dataset, by the rules of Put calls: no value that is needed may be missing.
 * @throws Error that names the file, the lines that are wrong, and the right values
 */
export async function readRows({ type, schema, csv }: SeedDataset): Promise<PutRows> {
  if (!csv) return async () => {}
  const inTurn =
    type === 'Interactions' || type === 'Action_Interactions'
      ? eventPuts(type, await rowsOf(csv, schema, header => compileCsvInteractions(schema, header)))
      : recordPuts({ type, schema }, await rowsOf(csv, schema, header => compileCsvRecords(schema, header)))
  return async (call, target) => {
    const waiting = inTurn.values()
    const work = async () => {
      for (const puts of waiting) for (const put of puts) await put(call, target)
    }
    await Promise.all(Array.from({ length: CALLS_AT_ONCE }, work)).catch(error => {
      throw new Error(`${csv.name}: ${error.message}`)
    })
  }
}

async function rowsOf<Row>(
  { name, content }: NonNullable<SeedDataset['csv']>,
  { fields }: SeedDataset['schema'],
  compile: CompileHeader<Row>,
): Promise<readonly Row[]> {
  return (await Array.fromAsync(readTables([tableInMemory(name, content)], compile, { fields }))).flat()
}

type RecordsName = Exclude<DatasetName, EventsName>
type PutRecords = (call: CallOperation, datasetArn: string, records: readonly ShownRecord[]) => Promise<unknown>

interface ShownRecord {
  readonly id: string
  readonly properties: string
}

const RECORDS: Readonly<Record<RecordsName, PutRecords>> = {
  Users: (call, datasetArn, records) =>
    call('PutUsers', { datasetArn, users: records.map(({ id: userId, properties }) => ({ userId, properties })) }),
  Items: (call, datasetArn, records) =>
    call('PutItems', { datasetArn, items: records.map(({ id: itemId, properties }) => ({ itemId, properties })) }),
  Actions: (call, datasetArn, records) =>
    call('PutActions', {
      datasetArn,
      actions: records.map(({ id: actionId, properties }) => ({ actionId, properties })),
    }),
}

/** Of rows with the same id the last counts, as of Put calls. */
function recordPuts(
  { type, schema }: { readonly type: RecordsName; readonly schema: SeedDataset['schema'] },
  rows: readonly ImportedRecord[],
): readonly (readonly Put[])[] {
  const records = [...new Map(rows.map(row => [row.id, row])).values()].map(({ id, values }) => {
    return { id, properties: toJson(propertiesOf(schema, values)) }
  })
  return chunksOf(records).map(some => [(call, { datasetArn }) => RECORDS[type](call, datasetArn, some)])
}

type EventsName = 'Interactions' | 'Action_Interactions'
type PutEventsOfUser = (call: CallOperation, trackingId: string, events: readonly ShownEvent[]) => Promise<unknown>

/** An event with the members that both operations have. */
interface ShownEvent {
  readonly id: string
  readonly userId: string
  readonly sessionId: string
  readonly seconds: number
  readonly eventValue: number | null
  readonly members: {
    readonly eventType: string
    readonly properties?: string
    readonly impression?: string[]
    readonly recommendationId?: string
  }
}

const EVENTS: Readonly<Record<EventsName, PutEventsOfUser>> = {
  Interactions: (call, trackingId, events) => {
    const { userId, sessionId } = events[0]!
    const eventList = events.map(({ id: itemId, seconds: sentAt, eventValue, members }) => {
      return { ...members, itemId, sentAt, ...(eventValue !== null && { eventValue }) }
    })
    return call('PutEvents', { trackingId, userId, sessionId, eventList })
  },
  Action_Interactions: (call, trackingId, events) => {
    const actionInteractions = events.map(({ id: actionId, userId, sessionId, seconds: timestamp, members }) => {
      return { ...members, actionId, userId, sessionId, timestamp }
    })
    return call('PutActionInteractions', { trackingId, actionInteractions })
  },
}

/** The events of a user are put one call after the other, so that they stay in the order of the file. */
function eventPuts(type: EventsName, rows: readonly ImportedInteraction[]): readonly (readonly Put[])[] {
  const users = Map.groupBy(rows.map(showEvent), ({ userId }) => userId)
  return [...users.values()].map(events =>
    [...Map.groupBy(events, ({ sessionId }) => sessionId).values()].flatMap(chunksOf).map((some): Put => {
      return (call, { trackingId }) => EVENTS[type](call, trackingId, some)
    }),
  )
}

/** Values that the operations take as members beside `properties`. */
const BESIDE = ['sessionId', 'impression', 'recommendationId'] as const

function showEvent({ itemId, userId, timestampMs, eventType, eventValue, details }: ImportedInteraction): ShownEvent {
  const properties: Record<string, string | number | boolean> = details === '' ? {} : JSON.parse(details)
  const beside: Partial<Record<(typeof BESIDE)[number], string>> = {}
  for (const [name, value] of Object.entries(properties)) {
    const member = BESIDE.find(one => foldName(one) === foldName(name))
    if (!member) continue
    beside[member] = String(value)
    delete properties[name]
  }
  const { sessionId = userId, impression, recommendationId } = beside
  return {
    id: itemId,
    userId,
    sessionId,
    seconds: timestampMs / 1000,
    eventValue,
    members: {
      eventType: eventType || NO_TYPE,
      properties: JSON.stringify(properties),
      ...(impression !== undefined && { impression: impression.split('|') }),
      ...(recommendationId !== undefined && { recommendationId }),
    },
  }
}

function chunksOf<Row>(rows: readonly Row[]): readonly (readonly Row[])[] {
  return Array.from({ length: Math.ceil(rows.length / ROWS_A_CALL) }, (_, i) =>
    rows.slice(i * ROWS_A_CALL, (i + 1) * ROWS_A_CALL),
  )
}
