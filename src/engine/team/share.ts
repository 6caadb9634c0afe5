/** Memory that threads share is not copied when one tells another of it. */
export function sharedFloats(length: number): Float32Array<SharedArrayBuffer> {
  return new Float32Array(new SharedArrayBuffer(4 * length))
}

/** Zeros of 64 bits, `length` of them, in memory that threads share. */
export function sharedDoubles(length: number): Float64Array<SharedArrayBuffer> {
  return new Float64Array(new SharedArrayBuffer(8 * length))
}

/** Zeros of 32 bits, `length` of them, in memory that threads share. */
export function sharedIntegers(length: number): Int32Array<SharedArrayBuffer> {
  return new Int32Array(new SharedArrayBuffer(4 * length))
}

/** The same with all typed arrays in shared memory, those in objects and lists too; shared ones stay as they are. */
export function share<T>(value: T): T {
  if (ArrayBuffer.isView(value)) return (isShared(value) ? value : copyOf(value as never)) as T
  if (Array.isArray(value)) return (value.some(isObject) ? value.map(share) : value) as T
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, share(one)])) as T
}

const isObject = (value: unknown) => typeof value === 'object' && value !== null
const isShared = ({ buffer }: ArrayBufferView) => buffer instanceof SharedArrayBuffer

function copyOf(array: Float64Array | Float32Array | Int32Array | Int16Array | Uint16Array | Uint8Array) {
  const Kind = array.constructor as new (buffer: SharedArrayBuffer) => typeof array
  const copy = new Kind(new SharedArrayBuffer(array.byteLength))
  copy.set(array)
  return copy
}
