/** A binary heap: the first of all is at place 0, and none below a place comes before the one there. */
interface Heap<Entry> {
  [place: number]: Entry
  readonly length: number
}

/** Whether one entry comes before another, strictly. */
type ComesBefore<Entry> = (a: Entry, b: Entry) => boolean

/** Makes a heap of entries in any order, in a time that grows as their number. */
export function heapify<Entry>(heap: Heap<Entry>, comesBefore: ComesBefore<Entry>): void {
  for (let at = (heap.length >> 1) - 1; at >= 0; at--) sink(heap, at, heap.length, comesBefore)
}

/** Moves the entry at a place down among the first `size`: each child that comes before it moves up. */
export function sink<Entry>(heap: Heap<Entry>, at: number, size: number, comesBefore: ComesBefore<Entry>): void {
  const moved = heap[at]!
  for (let child = 2 * at + 1; child < size; child = 2 * at + 1) {
    if (child + 1 < size && comesBefore(heap[child + 1]!, heap[child]!)) child++
    if (!comesBefore(heap[child]!, moved)) break
    heap[at] = heap[child]!
    at = child
  }
  heap[at] = moved
}
