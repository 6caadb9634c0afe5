import { type Exponentials, exponentialsOf } from './exps.ts'
import { BLOCK, BLOCK_BYTES, type Room } from './room.ts'
import type { TouchedBlocks } from './touched-blocks.ts'

export interface SumsWanted {
  /** Whether to add up exp of all scores and priors, listed or not. */
  readonly total?: boolean
}

/** Sums of items, and log Σ exp of all items to 2e-7 where it is wanted. The next sums overwrite them. */
interface Sums {
  /** The items that have a score, in rising order; undefined where the sums are those of all items. */
  readonly items?: Int32Array | undefined
  readonly scores: Float64Array
  readonly logTotal?: number
}

/** Priors that scores are added to, a number for each item; in the memory of the scores, where the kernel adds them. */
export class Priors {
  readonly #room: Room
  readonly #items: number
  /** The address of the scores in the room. */
  readonly #address: number
  readonly #blocks: TouchedBlocks
  /** The address where sums are written. */
  #sums: number | undefined
  /** The items of the sums, where only some have a score. */
  #list: Int32Array | undefined
  readonly #held = new WeakSet<Float64Array>()
  readonly #exponentials = new WeakMap<Float64Array, Exponentials>()

  /** @param scores by item, in the room. @param blocks those in which any item has a score */
  constructor(scores: Float64Array, blocks: TouchedBlocks, room: Room) {
    this.#room = room
    this.#items = scores.length
    this.#address = scores.byteOffset
    this.#blocks = blocks
  }

  /** A prior of 0 for each item. */
  create(): Float64Array {
    const { kernel, take } = this.#room
    const address = take(this.#blocks.size * BLOCK_BYTES)
    const all = new Float64Array(kernel.memory.buffer, address, BLOCK * this.#blocks.size)
    // Of items that there are not: exp of them is 0.
    all.fill(Number.NEGATIVE_INFINITY, this.#items)
    const held = all.subarray(0, this.#items)
    this.#held.add(held)
    return held
  }

  /** The same of given numbers: a copy, unless `create` returned them. */
  hold(given: Float64Array): Float64Array {
    if (this.#held.has(given)) return given
    const held = this.create()
    held.set(given)
    return held
  }

  /**
   * The items that have a score, and the score of each added to its prior. All items where each block has a score.
   * @param prior the result of `hold` or `create`
   */
  sums(prior: Float64Array, { total = false }: SumsWanted = {}): Sums {
    this.#blocks.sort()
    this.#sums ??= this.#room.take(BLOCK_BYTES * (this.#blocks.size + 1))
    const isOfAll = this.#blocks.areAll
    const { greatest, ...found } = isOfAll ? this.#sumsOfAll(prior) : this.#sumsOfSome(prior)
    if (!total) return found
    const rest = this.#exponentials.getOrInsertComputed(prior, () => exponentialsOf(prior))
    const most = Math.max(rest.most, greatest)
    const [blocks, listed] = [this.#blocks.address, this.#blocks.count]
    const own = this.#room.kernel.sumOfBlocks(this.#address, prior.byteOffset, blocks, listed, most)
    if (isOfAll) return { ...found, logTotal: most + Math.log(own) }
    let others = rest.total
    for (let at = 0; at < listed; at++) others -= rest.ofBlocks[this.#blocks.list[at]!]!
    return { ...found, logTotal: most + Math.log(own + Math.max(0, others) * Math.exp(rest.most - most)) }
  }

  #sumsOfAll(prior: Float64Array): Sums & { readonly greatest: number } {
    const { kernel } = this.#room
    const greatest = kernel.addUp(this.#address, prior.byteOffset, (BLOCK / 2) * this.#blocks.count, this.#sums!)
    return { items: undefined, scores: new Float64Array(kernel.memory.buffer, this.#sums, this.#items), greatest }
  }

  #sumsOfSome(prior: Float64Array): Sums & { readonly greatest: number } {
    const { kernel } = this.#room
    const [blocks, listed, sums] = [this.#blocks.address, this.#blocks.count, this.#sums!]
    this.#list ??= this.#takeList()
    const count = kernel.listSums(this.#address, prior.byteOffset, blocks, listed, this.#list.byteOffset, sums)
    const scores = new Float64Array(kernel.memory.buffer, sums, BLOCK * Math.ceil(count / BLOCK))
    const found = { items: this.#list.subarray(0, count), scores: scores.subarray(0, count) }
    scores.fill(Number.NEGATIVE_INFINITY, count)
    const end = sums + scores.byteLength
    kernel.greatestOfGroups(sums, end, BLOCK, Number.POSITIVE_INFINITY, end)
    return { ...found, greatest: Math.max(...new Float64Array(kernel.memory.buffer, end, BLOCK)) }
  }

  #takeList(): Int32Array {
    const { kernel, take } = this.#room
    // One more: the kernel writes an item before it knows whether it has a score.
    const count = BLOCK * this.#blocks.size + 1
    const address = take(4 * count)
    return new Int32Array(kernel.memory.buffer, address, count)
  }
}
