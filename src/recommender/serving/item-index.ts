import { LRUCache } from 'lru-cache'
import { InternalFailure } from '../../contract/errors.ts'
import { grown } from '../../engine/math/growing.ts'
import { firstWhere } from '../../engine/math/places.ts'
import type { DatasetRecord } from '../../filters/dataset-record.ts'
import { type Catalogue, NO_RECORD } from './catalogue.ts'
import { IdNumbers } from './id-numbers.ts'
import { inOneGo, inTurns } from './in-turns.ts'
import { ItemTexts } from './item-texts.ts'

/** At most this many items without a record or a training are kept, in 30 MB: a client may make ids up without end. */
const MET_MAX = 100_000

/** This many items get their numbers between two looks at the event loop: some 5 ms. */
const FILLED_AT_ONCE = 5000

/**
 * The items that a model can recommend, by number: those that it was trained on, then those that came after. The latter
 * came by their record or by an event. Their records are the catalogue's, which it follows when `sync` is called.
 */
export class ItemIndex {
  readonly ids: string[] = []
  readonly #catalogue: Catalogue
  readonly #numbers = new IdNumbers()
  readonly #records: DatasetRecord[] = []
  /** A 1 for each that has a record: a list asks for all of its items, whose records are all over the memory. */
  #recorded = new Uint8Array(1024)
  /** Of 750,000 items each has 750 kB. */
  readonly #bitmaps = new LRUCache<string, Bitmap>({ max: 64 })
  readonly #listeners: ((item: number, record: DatasetRecord) => void)[] = []
  #version: number
  #trained = 0
  #met = 0
  #late: readonly number[] = []
  #places: Int32Array | undefined
  #texts: ItemTexts | null | undefined

  private constructor(catalogue: Catalogue) {
    this.#catalogue = catalogue
    this.#version = catalogue.version
  }

  /** @param trained the ids of the items that the model was trained on, by number */
  static of(trained: Iterable<string>, catalogue: Catalogue): ItemIndex {
    const index = new ItemIndex(catalogue)
    inOneGo(index.#fill(trained))
    return index
  }

  /** The same, while other requests have their turn. */
  static async open(trained: Iterable<string>, catalogue: Catalogue): Promise<ItemIndex> {
    const index = new ItemIndex(catalogue)
    await inTurns(index.#fill(trained))
    return index
  }

  /** Gives all items their numbers, and yields after some milliseconds of it. Changes meanwhile are found by `sync`. */
  *#fill(trained: Iterable<string>): Generator<void, void, undefined> {
    for (const id of trained) {
      this.#enter(id)
      if (this.size % FILLED_AT_ONCE === 0) yield
    }
    this.#trained = this.size
    for (const id of this.#catalogue.ids) {
      if (this.#numbers.get(id) >= 0) continue
      this.#enter(id)
      if (this.size % FILLED_AT_ONCE === 0) yield
    }
  }

  /** The next number for an item. Its id is the catalogue's text where it has one, so that it is held once. */
  #enter(given: string): number {
    const record = this.#catalogue.get(given)
    this.ids.push(record.id)
    const item = this.#records.push(record) - 1
    if (item >= this.#recorded.length) this.#recorded = grown(this.#recorded, 2 * item)
    this.#noteRecord(item, record)
    return this.#numbers.add(record.id)
  }

  /** How many items the model was trained on. */
  get trained(): number {
    return this.#trained
  }

  get size(): number {
    return this.ids.length
  }

  /** @throws InternalFailure where there is none: the model is damaged, of a version that wrote no digest */
  idOf(item: number): string {
    const id = this.ids[item]
    if (id) return id
    const anew = 'create another solution version and deploy it, or stop and start the recommender, which trains anew'
    throw new InternalFailure(`The model is damaged: ${anew}`)
  }

  /** Writes lists of its items as text; null where the system has no addresses for its memory. */
  get texts(): ItemTexts | null {
    if (this.#texts !== undefined) return this.#texts
    try {
      this.#texts = new ItemTexts(item => this.idOf(item))
    } catch {
      this.#texts = null
    }
    return this.#texts
  }

  /** −1 where there is no such item. */
  numberOf(id: string): number {
    return this.#numbers.get(id)
  }

  /** The same of an id that is the part of a text from one place to another. */
  numberIn(text: string, from: number, to: number): number {
    return this.#numbers.getIn(text, from, to)
  }

  /** Whether an item has a record. */
  isRecorded(item: number): boolean {
    return this.#recorded[item] === 1
  }

  #noteRecord(item: number, { fields }: DatasetRecord): void {
    this.#recorded[item] = fields === NO_RECORD ? 0 : 1
  }

  recordOf(item: number): DatasetRecord {
    return this.#records[item]!
  }

  /**
   * The number of the item of an event; a new one, if nothing else knows the item. −1 if `MET_MAX` came this way
   * already.
   */
  meet(id: string): number {
    const known = this.numberOf(id)
    if (known >= 0) return known
    if (this.#met === MET_MAX) return -1
    this.#met++
    const item = this.#enter(id)
    this.#take(item, this.#records[item]!)
    return item
  }

  /**
   * Compares two items in an order that is of the data: as trained, then by their ids. The order in which they came
   * does not matter.
   */
  compare(a: number, b: number): number {
    if (a < this.trained || b < this.trained) return a - b
    return this.ids[a]! < this.ids[b]! ? -1 : this.ids[a] === this.ids[b] ? 0 : 1
  }

  /** The items that came after training, in the order of `compare`. */
  get late(): readonly number[] {
    if (this.#late.length !== this.size - this.trained)
      this.#late = Array.from({ length: this.size - this.trained }, (_, at) => this.trained + at).sort((a, b) =>
        this.compare(a, b),
      )
    return this.#late
  }

  /** Of each item its place in that order; undefined while it is the order of the numbers. */
  get places(): Int32Array | undefined {
    if (this.size === this.trained) return undefined
    if (this.#places?.length !== this.size) {
      this.#places = Int32Array.from({ length: this.size }, (_, item) => item)
      for (const [at, item] of this.late.entries()) this.#places[item] = this.trained + at
    }
    return this.#places
  }

  /** Calls back with every item that comes or changes from now on, as soon as `meet` or `sync` finds it. */
  follow(listener: (item: number, record: DatasetRecord) => void): void {
    this.#listeners.push(listener)
  }

  /** Takes over the changes of the catalogue. */
  sync(): void {
    if (this.#version === this.#catalogue.version) return
    const changed = this.#catalogue.changesSince(this.#version) ?? this.#compare()
    this.#version = this.#catalogue.version
    for (const id of new Set(changed)) {
      const known = this.#numbers.get(id)
      this.#take(known >= 0 ? known : this.#enter(id), this.#catalogue.get(id))
    }
  }

  #take(item: number, record: DatasetRecord): void {
    this.#records[item] = record
    this.#noteRecord(item, record)
    for (const bitmap of this.#bitmaps.values()) bitmap.update(item, record)
    for (const listener of this.#listeners) listener(item, record)
  }

  /** The ids whose record is another object than before, if more changed than the catalogue remembers. */
  #compare(): readonly string[] {
    return [...this.#catalogue.ids].filter(id => this.#catalogue.get(id) !== this.#records[this.numberOf(id)])
  }

  /**
   * The items that pass a test that is the same for all users. A test is remembered by its key from its second use on.
   * The first may be the only one, and most answers are found after few items. Of a large catalogue each use tests
   * some of the items; undefined until all are tested.
   */
  passing(key: string, compile: () => (record: DatasetRecord) => boolean): Bitmap | undefined {
    const known = this.#bitmaps.get(key)
    if (known) return known.fill(this.#records) ? known : undefined
    this.#bitmaps.set(key, new Bitmap(compile()))
    return undefined
  }
}

/** The most items that are tested for a request: some 5 ms. */
const TESTED_AT_ONCE = 50_000
/** A longer list is made anew after a change. */
const LISTED_MAX = 10_000

export class Bitmap {
  readonly #test: (record: DatasetRecord) => boolean
  #passes = new Uint8Array(0)
  /** How many items pass. */
  count = 0
  /** How many items were tested, and whether these are all. */
  #size = 0
  #isFull = false
  #items: Int32Array | undefined

  constructor(test: (record: DatasetRecord) => boolean) {
    this.#test = test
  }

  /** Tests items that were not tested yet, a part of them if they are many. Returns whether all are tested. */
  fill(records: readonly DatasetRecord[], atOnce = TESTED_AT_ONCE): boolean {
    if (this.#isFull) return true
    const end = Math.min(records.length, this.#size + atOnce)
    this.#grow(records.length)
    for (; this.#size < end; this.#size++)
      if (this.#test(records[this.#size]!)) {
        this.#passes[this.#size] = 1
        this.count++
      }
    this.#isFull = this.#size === records.length
    return this.#isFull
  }

  has(item: number): boolean {
    return this.#passes[item] === 1
  }

  update(item: number, record: DatasetRecord): void {
    // Its turn is yet to come.
    if (!this.#isFull && item >= this.#size) return
    if (item >= this.#passes.length) this.#grow(Math.max(item + 1, 2 * this.#passes.length))
    this.#size = Math.max(this.#size, item + 1)
    const passes = this.#test(record) ? 1 : 0
    if (passes === this.#passes[item]) return
    this.#passes[item] = passes
    this.count += passes === 1 ? 1 : -1
    if (this.#items) this.#items = this.count > LISTED_MAX ? undefined : changed(this.#items, item, passes === 1)
  }

  /** The items that pass, in rising order: the same list until it changes. */
  get items(): Int32Array {
    if (this.#items) return this.#items
    const items = new Int32Array(this.count)
    let item = -1
    for (let found = 0; found < items.length; found++) {
      item = this.#passes.indexOf(1, item + 1)
      items[found] = item
    }
    this.#items = items
    return items
  }

  #grow(size: number): void {
    if (size <= this.#passes.length) return
    const larger = new Uint8Array(size)
    larger.set(this.#passes)
    this.#passes = larger
  }
}

/** A list in rising order with an item more, or without one of its items. */
function changed(items: Int32Array, item: number, isMore: boolean): Int32Array {
  const at = firstWhere(items.length, at => items[at]! >= item)
  const others = new Int32Array(items.length + (isMore ? 1 : -1))
  others.set(items.subarray(0, at))
  if (isMore) others[at] = item
  others.set(items.subarray(isMore ? at : at + 1), isMore ? at + 1 : at)
  return others
}
