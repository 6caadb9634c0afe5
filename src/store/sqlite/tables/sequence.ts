import type { DatabaseSync } from 'node:sqlite'

/** Numbers for writes, each greater than all before it, also across restarts. */
export interface Sequence {
  next(): number
  /** Takes `count` numbers that follow each other, and returns the first. */
  take(count: number): number
  readonly last: number
  /** To be called in the transaction that used the numbers. */
  save(): void
}

/** The numbers of writes: each is greater than all before it, after a restart too. */
export function openSequence(db: DatabaseSync): Sequence {
  let last = db.prepare('SELECT last FROM sequence').get()!.last as number
  let saved = last
  const update = db.prepare('UPDATE sequence SET last = ?')
  return {
    next: () => ++last,
    take(count) {
      last += count
      return last - count + 1
    },
    get last() {
      return last
    },
    save() {
      if (saved !== last) update.run(last)
      saved = last
    },
  }
}
