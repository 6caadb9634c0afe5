import { setImmediate } from 'node:timers/promises'

/** Reads all rows once, and calls back with each. The promise is kept when every row was given. */
export type Pass<Row> = (each: (row: Row) => void) => Promise<void>

/** Some 2 ms of work for one reader, then other requests have their turn. */
const ROWS_AT_ONCE = 1000

/**
 * Shares passes over the same rows among those who ask for one: all who ask while a pass is under way share the next.
 * So any number of readers who come at about the same time cost two passes. A pass begins after it was asked for, so
 * that it has all rows of that moment.
 */
export function sharePasses<Row>(read: () => AsyncIterable<Row>): Pass<Row> {
  let last: Promise<void> = Promise.resolve()
  let next: { readonly readers: ((row: Row) => void)[]; readonly done: Promise<void> } | undefined
  const begin = (): NonNullable<typeof next> => {
    const readers: ((row: Row) => void)[] = []
    const pass = async () => {
      next = undefined
      let rows = 0
      for await (const row of read()) {
        if (++rows % Math.ceil(ROWS_AT_ONCE / readers.length) === 0) await setImmediate()
        for (const each of readers) each(row)
      }
    }
    const done = last.then(pass, pass)
    last = done
    return { readers, done }
  }
  return each => {
    next ??= begin()
    next.readers.push(each)
    return next.done
  }
}
