import { memoryForModel } from '../../src/engine/math/memory.ts'

/** Returns a function that copies arrays, one behind the other, into one memory of this many bytes, as of a model. */
export function moverInto(bytes: number) {
  const buffer = memoryForModel(bytes)
  let at = 0
  return <Numbers extends Int32Array | Float32Array>(numbers: Numbers): Numbers => {
    const Kind = numbers.constructor as new (buffer: SharedArrayBuffer, at: number, length: number) => Numbers
    const copy = new Kind(buffer, at, numbers.length)
    copy.set(numbers)
    at += copy.byteLength
    return copy
  }
}
