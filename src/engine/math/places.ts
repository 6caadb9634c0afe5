/** The place of each number in a list of distinct ones: a table of open addressing, at a third of the cost of a Map. */
export class Places {
  readonly #list: Int32Array
  /** 1 + a place of the list, or 0; at most half of it is taken. */
  readonly #table: Int32Array
  readonly #shift: number

  constructor(list: Int32Array) {
    const bits = Math.max(1, 33 - Math.clz32(list.length))
    this.#list = list
    this.#table = new Int32Array(2 ** bits)
    this.#shift = 32 - bits
    for (let place = 0; place < list.length; place++) this.#table[this.#slotOf(list[place]!)] = 1 + place
  }

  /** Where the number is in the list, −1 where it is not. */
  of(number: number): number {
    return this.#table[this.#slotOf(number)]! - 1
  }

  /** The slot of a number: its own, or the empty one where it would be. Multiplicative hashing (Knuth, TAOCP 6.4). */
  #slotOf(number: number): number {
    const [list, table] = [this.#list, this.#table]
    let slot = Math.imul(number, 0x9e3779b1) >>> this.#shift
    for (; table[slot] !== 0 && list[table[slot]! - 1] !== number; slot = (slot + 1) & (table.length - 1));
    return slot
  }
}
