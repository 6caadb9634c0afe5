import { heapify, sink } from './heap.ts'

/**
 * Those of the candidates with the greatest scores, `k` of them, the greatest first; of equal ones the lower number
 * first. A heap of k: n log k at worst, about n in practice.
 */
export function greatest(candidates: Int32Array, scores: ArrayLike<number>, k: number): Int32Array {
  const heap = candidates.slice(0, k)
  const worse = (a: number, b: number) => scores[a]! < scores[b]! || (scores[a] === scores[b] && a > b)
  heapify(heap, worse)
  for (let i = heap.length; i < candidates.length; i++) {
    if (heap.length === 0 || !worse(heap[0]!, candidates[i]!)) continue
    heap[0] = candidates[i]!
    sink(heap, 0, heap.length, worse)
  }
  for (let size = heap.length - 1; size > 0; size--) {
    const worst = heap[0]!
    heap[0] = heap[size]!
    heap[size] = worst
    sink(heap, 0, size, worse)
  }
  return heap
}

/**
 * The same ones in the order of the input, of equal scores the first. Quickselect (Hoare, "Algorithm 65: Find", CACM
 * 1961), 2 n or 3 n operations.
 */
export function greatestSet(candidates: Int32Array, scores: ArrayLike<number>, k: number): Int32Array {
  if (k >= candidates.length) return candidates
  const values = room(candidates.length)
  for (let i = 0; i < candidates.length; i++) values[i] = scores[candidates[i]!]!
  const least = k === 0 ? Number.POSITIVE_INFINITY : nthGreatest(values, candidates.length, k)
  let equal = k
  for (const one of candidates) if (scores[one]! > least) equal--
  const kept = new Int32Array(k)
  let count = 0
  for (const one of candidates) if (scores[one]! > least || (scores[one]! === least && equal-- > 0)) kept[count++] = one
  return kept
}

/** The k-th greatest of the first n values, which end up in another order. */
function nthGreatest(values: Float64Array, n: number, k: number): number {
  let [from, to] = [0, n - 1]
  while (from < to) {
    const pivot = median(values[from]!, values[(from + to) >> 1]!, values[to]!)
    let [i, j] = [from, to]
    while (i <= j) {
      while (values[i]! > pivot) i++
      while (values[j]! < pivot) j--
      if (i > j) break
      const moved = values[i]!
      values[i++] = values[j]!
      values[j--] = moved
    }
    if (k - 1 <= j) to = j
    else if (k - 1 >= i) from = i
    else return pivot
  }
  return values[k - 1]!
}

const median = (a: number, b: number, c: number) => Math.max(Math.min(a, b), Math.min(Math.max(a, b), c))

/** The thread's, for one call at a time: an array of its own for each row of a matrix would be garbage at once. */
let values = new Float64Array(1024)

/** Room for n values, which the next call has too. */
function room(n: number): Float64Array {
  if (values.length < n) values = new Float64Array(2 * n)
  return values
}
