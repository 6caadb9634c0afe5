/** The part of https://webassembly.github.io/spec/js-api/ that is used here; the types of Node have none of it. */
export interface WasmMemory {
  readonly buffer: SharedArrayBuffer
  grow(pages: number): number
}
declare const WebAssembly: {
  readonly Memory: new (descriptor: { initial: number; maximum: number; shared: true }) => WasmMemory
}

const PAGE = 65_536
/** 4 GiB: the reach of addresses of 32 bits. */
const PAGES_MAX = 65_536

/** Memory of `bytes` bytes for kernels, which threads can share: the given one, grown if it is smaller. */
export function createMemory(bytes: number, given?: WasmMemory): WasmMemory {
  const pages = Math.ceil(bytes / PAGE)
  if (!given) return new WebAssembly.Memory({ initial: pages, maximum: PAGES_MAX, shared: true })
  const missing = pages - given.buffer.byteLength / PAGE
  if (missing > 0) given.grow(missing)
  return given
}

const memories = new WeakMap<ArrayBufferLike, WasmMemory>()

/**
 * Memory for the arrays of a model, which kernels reach. A plain one where it is larger than they can, or where the
 * system has no addresses for it: each of these memories takes 8 GiB of them, whatever its size.
 */
export function memoryForModel(bytes: number): SharedArrayBuffer {
  if (bytes > PAGE * PAGES_MAX) return new SharedArrayBuffer(bytes)
  try {
    return rememberMemory(createMemory(bytes))
  } catch {
    return new SharedArrayBuffer(bytes)
  }
}

/** The memory that a buffer is of; undefined for a buffer that no kernel reaches. */
export const memoryOf = (buffer: ArrayBufferLike): WasmMemory | undefined => memories.get(buffer)

/**
 * Lets kernels find a memory by the buffer of arrays in it. Of a memory that came from another thread it is that of the
 * arrays which came with it: V8 gives every shared memory another buffer object when any of them grows.
 */
export function rememberMemory(memory: WasmMemory, buffer = memory.buffer): SharedArrayBuffer {
  memories.set(buffer, memory)
  return buffer
}

/** Where kernels reach arrays: their memory, and the address of each in it. */
interface Reached {
  readonly memory: WasmMemory
  readonly addresses: readonly number[]
}

/** Arrays of one width as they lie, if that is in one memory that kernels reach, or in a copy. */
export function reachArrays(arrays: readonly (Int32Array | Float32Array | Int16Array)[]): Reached {
  const there = memoryOf(arrays[0]!.buffer)
  if (there && arrays.every(({ buffer }) => buffer === arrays[0]!.buffer))
    return { memory: there, addresses: arrays.map(({ byteOffset }) => byteOffset) }
  let bytes = 0
  const addresses = arrays.map(({ byteLength }) => {
    bytes += byteLength
    return bytes - byteLength
  })
  const memory = createMemory(bytes)
  const copy = new Uint8Array(memory.buffer)
  for (const [n, { buffer, byteOffset, byteLength }] of arrays.entries())
    copy.set(new Uint8Array(buffer, byteOffset, byteLength), addresses[n])
  return { memory, addresses }
}
