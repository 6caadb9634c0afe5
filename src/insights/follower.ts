import { compareBytes } from '../store/order.ts'
import type { FoundRecord } from '../store/rows.ts'

/**
 * Goes through records in the order of their ids, beside another sequence in that order. Each is read once, and neither
 * is held in memory.
 */
export class Follower {
  readonly #records: AsyncIterator<FoundRecord>
  readonly #passed: (record: FoundRecord, isAsked: boolean) => void
  #next: FoundRecord | undefined
  #isStarted = false

  /** @param passed is called with each record, and whether it was asked for */
  constructor(records: AsyncIterable<FoundRecord>, passed: (record: FoundRecord, isAsked: boolean) => void) {
    this.#records = records[Symbol.asyncIterator]()
    this.#passed = passed
  }

  /** Whether there is a record of this id. The next id that is asked for must be greater. */
  async has(id: string): Promise<boolean> {
    if (!this.#isStarted) await this.#step()
    for (; this.#next; await this.#step()) {
      const order = compareBytes(this.#next.id, id)
      if (order > 0) return false
      this.#passed(this.#next, order === 0)
      if (order === 0) {
        await this.#step()
        return true
      }
    }
    return false
  }

  /** Passes the remaining records. */
  async finish(): Promise<void> {
    if (!this.#isStarted) await this.#step()
    for (; this.#next; await this.#step()) this.#passed(this.#next, false)
  }

  async #step(): Promise<void> {
    this.#isStarted = true
    const { value, done } = await this.#records.next()
    this.#next = done ? undefined : value
  }
}
