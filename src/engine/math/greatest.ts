import { heapify, sink } from './heap.ts'

/**
 * Those of the candidates with the greatest scores, `k` of them, the greatest first; of equal ones the lower number
 * first. A heap of k, of those alone that may be among them: about 3 n operations.
 */
export function greatest(candidates: Int32Array, scores: ArrayLike<number>, k: number): Int32Array {
  return greatestOf(k > 0 && 4 * k < candidates.length ? fromKth(candidates, scores, k) : candidates, scores, k)
}

/** The candidates that are not worse than the k-th greatest. */
function fromKth(candidates: Int32Array, scores: ArrayLike<number>, k: number): Int32Array {
  const least = kthGreatest(candidates, scores, k)
  const some = new Int32Array(candidates.length)
  let count = 0
  for (let at = 0; at < candidates.length; at++) if (scores[candidates[at]!]! >= least) some[count++] = candidates[at]!
  return some.subarray(0, count)
}

function greatestOf(candidates: Int32Array, scores: ArrayLike<number>, k: number): Int32Array {
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
 * 1961) among those with the same leading digits as the k-th one: 3 n operations.
 */
export function greatestSet(candidates: Int32Array, scores: ArrayLike<number>, k: number): Int32Array {
  if (k >= candidates.length) return candidates
  const least = k === 0 ? Number.POSITIVE_INFINITY : kthGreatest(candidates, scores, k)
  let equal = k
  for (let at = 0; at < candidates.length; at++) if (scores[candidates[at]!]! > least) equal--
  const kept = new Int32Array(k)
  let count = 0
  for (let at = 0; count < k; at++) {
    const score = scores[candidates[at]!]!
    if (score > least || (score === least && equal-- > 0)) kept[count++] = candidates[at]!
  }
  return kept
}

/** The k-th greatest score, k ≥ 1. */
function kthGreatest(candidates: Int32Array, scores: ArrayLike<number>, k: number): number {
  const n = candidates.length
  if (floats.length < n) {
    values = new Float64Array(2 * n)
    floats = new Float32Array(2 * n)
    bits = new Uint32Array(floats.buffer)
  }
  for (let at = 0; at < n; at++) floats[at] = values[at] = scores[candidates[at]!]!
  if (n < FEW) return nthGreatest(values, n, k)
  counts.fill(0)
  for (let at = 0; at < n; at++) counts[leading(bits[at]!)]!++
  let digits = counts.length - 1
  let left = k
  for (; counts[digits]! < left; digits--) left -= counts[digits]!
  let alike = 0
  for (let at = 0; at < n; at++) if (leading(bits[at]!) === digits) values[alike++] = values[at]!
  return nthGreatest(values, alike, left)
}

/** With fewer candidates digits are not worth counting. */
const FEW = 200
/** Sign, exponent and three digits of a float of 32 bits, so that greater floats do not have lesser ones. */
const leading = (float: number) => (float & SIGN ? ~float : float | SIGN) >>> DROPPED
const SIGN = 0x80000000
const DROPPED = 20
const counts = new Int32Array(1 << (32 - DROPPED))

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

/** The thread's, for one call at a time: arrays of its own for each row of a matrix would be garbage at once. */
let values = new Float64Array(1024)
let floats = new Float32Array(1024)
let bits = new Uint32Array(floats.buffer)
