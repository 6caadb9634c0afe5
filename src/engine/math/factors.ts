import { createKernel, createMemory, createRowsKernel, memoryOf } from './kernel.ts'

/** A vector u that is summed up, and its products with many others. All numbers have 32 bits. */
export interface Factors {
  readonly u: Float32Array
  /** u += weight · the d numbers of the inputs from this place on. */
  add(place: number, weight: number): void
  /**
   * exp(u · v − the greatest u · v) of each vector v of the outputs, 0 where the power is below `least`; valid until
   * the next call. A product is of four sums, of every fourth number each, which are added in pairs.
   */
  shares(least: number): Float64Array
}

/**
 * Opens vectors of `d` numbers each, one after the other. They are read where they are, if kernels reach that, else
 * from a copy.
 * @param d a multiple of 4
 */
export function openFactors(inputs: Float32Array, outputs: Float32Array, d: number): Factors {
  const count = outputs.length / d
  const pairs = Math.ceil(count / 2)
  const out = 4 * d
  const room = out + 16 * pairs
  const isThere = memoryOf(inputs.buffer) !== undefined && inputs.buffer === outputs.buffer
  const memory = createMemory(room + (isThere ? 0 : inputs.byteLength + outputs.byteLength))
  const [ins, outs] = isThere ? [inputs.byteOffset, outputs.byteOffset] : [room, room + inputs.byteLength]
  if (!isThere) {
    new Float32Array(memory.buffer, ins, inputs.length).set(inputs)
    new Float32Array(memory.buffer, outs, outputs.length).set(outputs)
  }
  const { addVector, products } = createRowsKernel(memory, isThere ? memoryOf(inputs.buffer)! : memory)
  const { expsFrom } = createKernel(memory)
  const shares = new Float64Array(memory.buffer, out, count)
  return {
    u: new Float32Array(memory.buffer, 0, d),
    add: (place, weight) => addVector(0, ins + 4 * place, 4 * d, weight),
    shares(least) {
      const most = products(out, 0, outs, 4 * d, count)
      expsFrom(out, pairs, most, most + least)
      return shares
    },
  }
}
