import { grown } from '../../engine/math/growing.ts'
import { createTextsKernel, type TextsKernel } from '../../engine/math/kernel.ts'
import { createMemory, type WasmMemory } from '../../engine/math/memory.ts'

/** The reasons of an explored item, in the words of the guide. */
export const EXPLORED: readonly string[] = ['Exploration']

/** The parts of a list that its text has, besides the ids. */
export interface TextParts {
  /** An item begins with this. */
  readonly head: '{"itemId":' | '{"actionId":'
  /** To 7 decimals, NaN of an item that has none; left out where none has. */
  readonly scores?: Float64Array | undefined
  /** A 1 for each that says that it is explored; left out where none does. */
  readonly explored?: Uint8Array | undefined
}

/** Where `texts.wat` has the beginning of an item, what comes before a score, and after an explored item. */
const [HEAD, BEFORE_SCORE, REASON, IDS] = [0, 16, 32, 64]

/** The most bytes of an item besides its id, and more than are copied at a time. */
const BESIDES_ID = 128

/**
 * The texts of lists of items, as `JSON.stringify` writes them. A kernel puts them together from the JSON texts of ids;
 * each is written once, when it is first in a list. 500 items take a fifth of the time of objects.
 */
export class ItemTexts {
  readonly #idOf: (item: number) => string
  readonly #memory: WasmMemory
  readonly #kernel: TextsKernel
  #bytes: Buffer
  #ints!: Int32Array
  #floats!: Float64Array
  /** Of each item the address of its id's text; 0 where that is not written yet. */
  #addresses = new Int32Array(0)
  #end = IDS
  /** The most bytes of an id. */
  #longest = 0

  /**
   * @param idOf throws where an item has none
   * @throws RangeError where the system has no addresses for its memory
   */
  constructor(idOf: (item: number) => string) {
    this.#idOf = idOf
    this.#memory = createMemory(IDS)
    this.#kernel = createTextsKernel(this.#memory)
    this.#bytes = this.#room(IDS)
    this.#bytes.write(',"score":', BEFORE_SCORE)
    this.#bytes.write(`,"reason":${JSON.stringify(EXPLORED)}`, REASON)
  }

  /** The text of a list. Undefined where a score is not between 0 and 1. */
  write(items: Int32Array, { head, scores, explored }: TextParts): string | undefined {
    const { length } = items
    if (length === 0) return '[]'
    for (let at = 0; at < length; at++) if (!this.#addresses[items[at]!]) this.#add(items[at]!)
    const ids = 8 * Math.ceil(this.#end / 8)
    const numbers = ids + 8 * Math.ceil(length / 2)
    const flags = numbers + 8 * length
    const from = flags + length
    const bytes = this.#room(from + length * (this.#longest + BESIDES_ID))
    const [ints, floats, addresses] = [this.#ints, this.#floats, this.#addresses]
    for (let at = 0; at < length; at++) {
      const score = scores ? scores[at]! : Number.NaN
      if (score < 0 || score > 1) return undefined
      floats[numbers / 8 + at] = score
      ints[ids / 4 + at] = addresses[items[at]!]!
    }
    if (explored) bytes.set(explored, flags)
    else bytes.fill(0, flags, from)
    bytes.write(head, HEAD)
    const end = this.#kernel.writeItems(from + 1, ids, numbers, flags, length, head.length)
    // In the place of the last comma.
    bytes[from] = 0x5b
    bytes[end - 1] = 0x5d
    return bytes.toString('utf8', from, end)
  }

  #add(item: number): void {
    const text = JSON.stringify(this.#idOf(item))
    const length = Buffer.byteLength(text)
    const address = this.#end + 2
    const bytes = this.#room(address + length)
    bytes.writeUInt16LE(length, this.#end)
    bytes.write(text, address)
    this.#end = address + length
    this.#longest = Math.max(this.#longest, length)
    if (item >= this.#addresses.length) this.#addresses = grown(this.#addresses, Math.max(2 * item, 64))
    this.#addresses[item] = address
  }

  /** The memory, of `bytes` bytes at least. */
  #room(bytes: number): Buffer {
    const { buffer } = createMemory(bytes, this.#memory)
    if (this.#bytes?.buffer === buffer) return this.#bytes
    this.#ints = new Int32Array(buffer)
    this.#floats = new Float64Array(buffer)
    this.#bytes = Buffer.from(buffer)
    return this.#bytes
  }
}
