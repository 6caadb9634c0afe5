import { createKernel, createRowsKernel } from './kernel.ts'
import { createMemory, memoryOf, rememberMemory } from './memory.ts'
import type { Scores } from './scores.ts'

/** A vector u that is summed up, and its products with the vectors of items. */
interface Factors {
  readonly u: Float32Array
  /** Lists the d numbers of the inputs from this place on, times a weight, to be added to u. */
  add(place: number, weight: number): void
  /** Adds to u what is listed. */
  sum(): void
  /**
   * Adds exp(u · v − the greatest u · v) to the score of each item, v being its vector, where the power is not below
   * `least`. The standard error of a product is 1.3e-5 of |u| |v|; it is the same to the bit on every machine.
   */
  addShares(out: Scores, least: number): void
}

interface Vectors {
  /** Those that u is summed up of, in 32 bits. */
  readonly inputs: Float32Array
  /** v of each of the items, one after the other. */
  readonly outputs: Float32Array
  readonly items: Int32Array
  /** How many numbers a vector has. */
  readonly d: number
}

/** Vectors v lie in groups of four, eight numbers of each in turn: the kernel reads them from the first to the last. */
const [GROUP, TURN] = [4, 8]
/** The kernel takes two turns at once. */
const TURNS = 2
/** This many vectors are added to u at once. */
const LISTED = 256
/** The length of a vector in whole numbers: no sum of products is too great for 32 bits. */
const LENGTH = 2 ** 15 - 1

/**
 * Opens vectors. The inputs are read where they are, if kernels reach that, else from a copy. A request reads all
 * outputs: these are copied as whole numbers of 16 bits, half as many bytes.
 */
export function openFactors({ inputs, outputs, items, d }: Vectors): Factors {
  const groups = Math.ceil(items.length / GROUP)
  const wide = TURN * TURNS * Math.ceil(d / (TURN * TURNS))
  let bytes = 0
  const take = (room: number) => {
    const address = bytes
    bytes = 16 * Math.ceil((address + room) / 16)
    return address
  }
  const there = memoryOf(inputs.buffer)
  const at = {
    u: take(4 * d),
    list: take(8 * LISTED),
    whole: take(2 * wide),
    vectors: take(2 * wide * GROUP * groups),
    scales: take(4 * GROUP * groups),
    numbers: take(4 * GROUP * groups),
    items: take(4 * GROUP * groups),
    inputs: take(there ? 0 : inputs.byteLength),
  }
  const memory = createMemory(bytes)
  const buffer = rememberMemory(memory)
  const u = new Float32Array(buffer, at.u, d)
  const whole = new Int16Array(buffer, at.whole, wide)
  const vectors = new Int16Array(buffer, at.vectors, wide * GROUP * groups)
  const scales = new Float32Array(buffer, at.scales, GROUP * groups)
  const numbers = new Float32Array(buffer, at.numbers, GROUP * groups)
  const listed = new Int32Array(buffer, at.items, GROUP * groups)
  if (!there) new Float32Array(buffer, at.inputs, inputs.length).set(inputs)
  listed.set(items)
  // Those of a model are numbered by popularity, and so are its most popular ones.
  const areFirst = items.every((item, n) => item === n)
  for (let n = 0; n < GROUP * groups; n++) {
    // Of the last group some stand for none: they are the last one again, so that the greatest product is right.
    const item = Math.min(n, items.length - 1)
    scales[n] = pack(outputs.subarray(item * d, (item + 1) * d), whole)
    const first = (n - (n % GROUP)) * wide + (n % GROUP) * TURN
    for (let k = 0; k < wide; k += TURN) vectors.set(whole.subarray(k, k + TURN), first + k * GROUP)
  }
  const { addVectors } = createRowsKernel(memory, there ?? memory)
  const { products } = createKernel(memory)
  const first = there ? inputs.byteOffset : at.inputs
  const [addresses, weights] = [
    new Int32Array(buffer, at.list, 2 * LISTED),
    new Float32Array(buffer, at.list, 2 * LISTED),
  ]
  let count = 0
  const sum = () => {
    if (count > 0) addVectors(at.u, 4 * d, at.list, at.list + 8 * count)
    count = 0
  }
  return {
    u,
    add(place, weight) {
      addresses[2 * count] = first + 4 * place
      weights[2 * count + 1] = weight
      if (++count === LISTED) sum()
    },
    sum,
    addShares(out, least) {
      const scale = pack(u, whole)
      const most = products(at.numbers, at.whole, 2 * wide, scale, at.vectors, at.scales, groups)
      numbers.fill(Number.NEGATIVE_INFINITY, items.length)
      out.addExps(listed, numbers, most, { least, areFirst })
    },
  }
}

/** Writes a vector as whole numbers of this length. Returns how much 1 of these is. */
function pack(vector: Float32Array, whole: Int16Array): number {
  let squares = 0
  for (let k = 0; k < vector.length; k++) squares += vector[k]! * vector[k]!
  const scale = Math.sqrt(squares) / LENGTH
  for (let k = 0; k < vector.length; k++) whole[k] = scale === 0 ? 0 : Math.round(vector[k]! / scale)
  return scale
}
