import { callerOf, type Event, type Kind, kindOf, ROWS_PER_CALL, ROWS_PER_IMPORT, type Row } from './load.ts'

/** The rows after the crash. */
export interface Found {
  readonly put: AsyncIterable<Row>
  readonly items: AsyncIterable<Row>
  readonly imported: AsyncIterable<Row>
  readonly events: AsyncIterable<Event>
}

interface Verdict {
  readonly acknowledged: number
  /** Acknowledged calls that left nothing, and no later one in their place. */
  readonly lost: readonly number[]
  /** Calls, acknowledged or not, that left a part. */
  readonly torn: readonly number[]
}

/** Compares the rows with the calls acknowledged before the crash, in this round and all before it. */
export async function check(acknowledged: ReadonlySet<number>, found: Found): Promise<Verdict> {
  const put = await rowsByCall(found.put)
  const imported = await rowsByCall(found.imported)
  const others = [...(await rowsByCall(found.items)), ...(await rowsByCall(found.events))]
  const all = new Map([...put, ...others, ...imported])
  const torn = [...all].filter(([call, rows]) => rows !== rowsOf(call)).map(([call]) => call)
  const newest = newestInPlace(all.keys())
  const lost = [...acknowledged].filter(call => (newest.get(placeOf(call)) ?? -1) < call)
  return { acknowledged: acknowledged.size, lost, torn }
}

async function rowsByCall(rows: AsyncIterable<{ readonly call: number }>): Promise<ReadonlyMap<number, number>> {
  const counts = new Map<number, number>()
  for await (const { call } of rows) counts.set(call, (counts.get(call) ?? 0) + 1)
  return counts
}

const rowsOf = (call: number): number => (kindOf(call) === 'import' ? ROWS_PER_IMPORT : ROWS_PER_CALL)

/** Calls of one place replace each other whole: those of a caller that writes the same rows again and again. */
function placeOf(call: number): string {
  return REPLACING.has(kindOf(call)) ? `caller ${callerOf(call)}` : `call ${call}`
}

const REPLACING: ReadonlySet<Kind> = new Set(['users again', 'items again', 'import'])

function newestInPlace(calls: Iterable<number>): ReadonlyMap<string, number> {
  const newest = new Map<string, number>()
  for (const call of calls) newest.set(placeOf(call), Math.max(call, newest.get(placeOf(call)) ?? call))
  return newest
}
