import { createKernel, createMemory, createRowsKernel, memoryOf, type WasmMemory } from './kernel.ts'

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
  /**
   * The same of `count` vectors u at a time, to the bit: each v is read once for many of them.
   * @param sum makes u the n-th of them, by `add`
   */
  sharesOfMany(count: number, sum: (n: number) => void, least: number): readonly Float64Array[]
}

/** So many vectors u at a time. */
const GROUP = 4
/** Vectors v are multiplied by all u before the next ones are: so many bytes of them, which stay in a cache. */
const PART_BYTES = 1 << 16

/**
 * Opens vectors of `d` numbers each, one after the other. They are read where they are, if kernels reach that, else
 * from a copy.
 * @param d a multiple of 4
 */
export function openFactors(inputs: Float32Array, outputs: Float32Array, d: number): Factors {
  const count = outputs.length / d
  const fours = Math.ceil(count / 4)
  const out = 4 * d
  const room = out + 32 * fours
  const isThere = memoryOf(inputs.buffer) !== undefined && inputs.buffer === outputs.buffer
  const memory = createMemory(room + (isThere ? 0 : inputs.byteLength + outputs.byteLength))
  const [ins, outs] = isThere ? [inputs.byteOffset, outputs.byteOffset] : [room, room + inputs.byteLength]
  if (!isThere) {
    new Float32Array(memory.buffer, ins, inputs.length).set(inputs)
    new Float32Array(memory.buffer, outs, outputs.length).set(outputs)
  }
  const { addVector, products, productsOfFour } = createRowsKernel(memory, isThere ? memoryOf(inputs.buffer)! : memory)
  const { expsFrom } = createKernel(memory)
  const shares = new Float64Array(memory.buffer, out, count)
  const u = new Float32Array(memory.buffer, 0, d)
  let many: ManyVectors | undefined
  return {
    u,
    add: (place, weight) => addVector(0, ins + 4 * place, 4 * d, weight),
    shares(least) {
      const most = products(out, 0, outs, 4 * d, count)
      expsFrom(out, fours, most, most + least)
      return shares
    },
    sharesOfMany(wanted, sum, least) {
      if (!many || many.room < wanted) many = roomForMany(memory, wanted, { d, count })
      const { us, mosts, results } = many
      us.fill(0)
      for (let n = 0; n < wanted; n++) {
        u.fill(0)
        sum(n)
        us.set(u, n * d)
      }
      mosts.fill(Number.NEGATIVE_INFINITY)
      const [first, apart] = [results[0]!.byteOffset, 32 * fours]
      const part = Math.max(2, 2 * Math.floor(PART_BYTES / (8 * d)))
      for (let from = 0; from < count; from += part)
        for (let n = 0; n < wanted; n += GROUP) {
          const [to, most] = [first + n * apart + 8 * from, mosts.byteOffset + 8 * n]
          const vectors = outs + 4 * d * from
          productsOfFour(to, apart, most, us.byteOffset + 4 * d * n, vectors, 4 * d, Math.min(part, count - from))
        }
      for (let n = 0; n < wanted; n++) expsFrom(first + n * apart, fours, mosts[n]!, mosts[n]! + least)
      return results.slice(0, wanted)
    },
  }
}

/** Room for several vectors u in a multiple of four, the greatest product of each, and their products. */
interface ManyVectors {
  readonly room: number
  readonly us: Float32Array
  readonly mosts: Float64Array
  readonly results: readonly Float64Array[]
}

function roomForMany(
  memory: WasmMemory,
  wanted: number,
  { d, count }: { readonly d: number; readonly count: number },
): ManyVectors {
  const room = GROUP * Math.ceil(wanted / GROUP)
  const apart = 32 * Math.ceil(count / 4)
  const us = memory.buffer.byteLength
  const mosts = us + 4 * d * room
  const results = mosts + 16 * Math.ceil(room / 2)
  const { buffer } = createMemory(results + apart * room, memory)
  return {
    room,
    us: new Float32Array(buffer, us, d * room),
    mosts: new Float64Array(buffer, mosts, room),
    results: Array.from({ length: room }, (_, n) => new Float64Array(buffer, results + n * apart, count)),
  }
}
