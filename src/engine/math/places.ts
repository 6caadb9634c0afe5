/** The place of a number in a list in rising order, below 0 where it is not there: binary search. */
export function placeIn(sorted: Int32Array, number: number): number {
  let [from, to] = [0, sorted.length - 1]
  while (from <= to) {
    const middle = (from + to) >> 1
    if (sorted[middle] === number) return middle
    if (sorted[middle]! < number) from = middle + 1
    else to = middle - 1
  }
  return -1
}

/** The first number below `length` from which on a condition holds; `length` where it holds for none. */
export function firstWhere(length: number, holds: (number: number) => boolean): number {
  let [from, to] = [0, length]
  while (from < to) {
    const middle = (from + to) >> 1
    if (holds(middle)) to = middle
    else from = middle + 1
  }
  return from
}
