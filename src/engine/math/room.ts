import { createKernel, createRowsKernel, type Kernel, type RowsKernel } from './kernel.ts'
import { createMemory, memoryOf, type WasmMemory } from './memory.ts'

/** How many scores a block has; the kernel has this number too. */
export const BLOCK = 16
export const LOG_BLOCK = 4
export const BLOCK_BYTES = 8 * BLOCK

/** The memory of scores and of their parts, with the kernel that computes with them. */
export interface Room {
  readonly kernel: Kernel
  /** Room for the numbers of all items, and one more, which a list is made in. */
  readonly list: Int32Array
  /** The address of this many bytes more. */
  take(bytes: number): number
  /** A kernel that reaches rows in a buffer; undefined where none does. */
  kernelOf(rows: ArrayBufferLike): RowsKernel | undefined
}

/** Room for the scores of this many items, and for as many parts of these. */
export function createRoom(items: number): Room {
  const blocks = blocksOf(items) + 1
  const listBytes = 4 * BLOCK * blocks
  const kernel = createKernel(createMemory(listBytes + 2 * (BLOCK_BYTES + 4 + 1) * blocks))
  let taken = listBytes
  // Of one memory nearly always: that which the model's file was read into.
  const kernels = new Map<WasmMemory, RowsKernel>()
  return {
    kernel,
    list: new Int32Array(kernel.memory.buffer, 0, BLOCK * blocks),
    take(bytes) {
      const address = taken
      taken = Math.ceil((address + bytes) / 16) * 16
      createMemory(taken, kernel.memory)
      return address
    },
    kernelOf(rows) {
      const memory = memoryOf(rows)
      return memory && kernels.getOrInsertComputed(memory, () => createRowsKernel(kernel.memory, memory))
    },
  }
}

/** How many blocks the scores of this many items have. */
export const blocksOf = (items: number) => Math.ceil(items / BLOCK)
