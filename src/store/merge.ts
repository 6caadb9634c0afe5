import type { Provenance } from './rows.ts'

/** Two sorted runs as one. Where both have a row of the same key the newer one stands. */
export function* mergeSorted<Row extends Provenance>(
  left: Iterable<Row>,
  right: Iterable<Row>,
  compare: (a: Row, b: Row) => number,
): Generator<Row> {
  const lefts = left[Symbol.iterator]()
  const rights = right[Symbol.iterator]()
  let a = lefts.next()
  let b = rights.next()
  while (!a.done && !b.done) {
    const order = compare(a.value, b.value)
    if (order === 0) yield a.value.seq >= b.value.seq ? a.value : b.value
    else yield order < 0 ? a.value : b.value
    if (order <= 0) a = lefts.next()
    if (order >= 0) b = rights.next()
  }
  for (; !a.done; a = lefts.next()) yield a.value
  for (; !b.done; b = rights.next()) yield b.value
}
