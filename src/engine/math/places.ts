/**
 * The place of a number in a list of different ones of 0 or more in rising order, below 0 where it is not there: binary
 * search among the places that it may have. Of a list that leaves few numbers out these are few.
 */
export function placeIn(sorted: Int32Array, number: number): number {
  const last = sorted.length - 1
  let to = Math.min(last, number)
  let from = last < 0 ? 0 : Math.max(0, number - (sorted[last]! - last))
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
