import { setImmediate } from 'node:timers/promises'

/** Rows that are read in some 2 ms. */
const TURN_ROWS = 500

/** Gives the rows of a scan, and now and then the thread to who else waits for it: a scan by itself takes it whole. */
export async function* inTurns<Row>(rows: AsyncIterable<Row>): AsyncGenerator<Row, undefined> {
  let read = 0
  for await (const row of rows) {
    if (++read % TURN_ROWS === 0) await setImmediate()
    yield row
  }
}
