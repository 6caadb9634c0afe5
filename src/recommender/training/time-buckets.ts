/** Events and users by time. */
interface Bucket {
  /** Its begin, in milliseconds since 1970. */
  readonly from: number
  readonly events: number
  readonly users: number
}

/**
 * As many buckets are held. Their width is a 16,384th of the time that the events span, at worst: half an hour of a
 * year. More of them would not stay in the cache of a core.
 */
const BUCKETS_MAX = 1 << 15
/** Twice as many, so that one is found after few steps. */
const PLACE_BITS = 16
const PLACES = 1 << PLACE_BITS

/** A free place; no bucket of a time in milliseconds has this number. */
const FREE = Number.POSITIVE_INFINITY

/**
 * Counts events and users by time, in 32,768 buckets at most, which widen. It is a hash table with open addresses in
 * arrays of numbers: a Map of objects took most of the time of counting.
 */
export class TimeBuckets {
  #width = 1
  #size = 0
  #numbers = new Float64Array(PLACES).fill(FREE)
  #events = new Float64Array(PLACES)
  #users = new Float64Array(PLACES)

  /** Counts events and users at a time (milliseconds since 1970). */
  add(timestampMs: number, events: number, users: number): void {
    this.#addTo(Math.floor(timestampMs / this.#width), events, users)
    while (this.#size > BUCKETS_MAX) this.#widen()
  }

  #addTo(bucket: number, events: number, users: number): void {
    const place = this.#placeOf(bucket)
    if (this.#numbers[place] === FREE) {
      this.#numbers[place] = bucket
      this.#size++
    }
    this.#events[place]! += events
    this.#users[place]! += users
  }

  /** Where a bucket is, or would be. */
  #placeOf(bucket: number): number {
    // The lower 32 bits, multiplied by 2^32 divided by the golden ratio: buckets lie side by side, and places do not.
    let place = Math.imul(bucket | 0, 0x9e3779b1) >>> (32 - PLACE_BITS)
    for (;;) {
      const found = this.#numbers[place]
      if (found === bucket || found === FREE) return place
      place = (place + 1) % PLACES
    }
  }

  /** The same in buckets twice as wide. */
  #widen(): void {
    const [numbers, events, users] = [this.#numbers, this.#events, this.#users]
    this.#width *= 2
    this.#size = 0
    this.#numbers = new Float64Array(PLACES).fill(FREE)
    this.#events = new Float64Array(PLACES)
    this.#users = new Float64Array(PLACES)
    for (let place = 0; place < PLACES; place++)
      if (numbers[place] !== FREE) this.#addTo(Math.floor(numbers[place]! / 2), events[place]!, users[place]!)
  }

  /** Those that are not empty, the newest first. */
  newestFirst(): readonly Bucket[] {
    const places = Uint32Array.from(this.#numbers.keys().filter(place => this.#numbers[place] !== FREE))
    const inOrder = places.sort((a, b) => this.#numbers[b]! - this.#numbers[a]!)
    return Array.from(inOrder, place => ({
      from: this.#numbers[place]! * this.#width,
      events: this.#events[place]!,
      users: this.#users[place]!,
    }))
  }
}
