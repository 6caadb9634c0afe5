import { setImmediate } from 'node:timers/promises'

/** The rows that are read in some 2 ms. */
const TURN_ROWS = 500

/** Yields the rows of a scan, and lets the thread do other work now and then. A scan by itself would block it. */
export async function* inTurns<Row>(rows: AsyncIterable<Row>): AsyncGenerator<Row, undefined> {
  let read = 0
  for await (const row of rows) {
    if (++read % TURN_ROWS === 0) await setImmediate()
    yield row
  }
}
