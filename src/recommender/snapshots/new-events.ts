import type { FoundInteraction } from '../../store/rows.ts'
import type { Store } from '../../store/store.ts'

/**
 * Numbers are drawn before a write is seen: by another server, or while it waits in the log of the embedded store. So
 * the events with the last numbers of a file are looked at once more. As many are put in some seconds at most.
 */
const OVERLAP = 100_000
const AT_ONCE = 1000

/** The events that a file up to a number may lack. */
export interface NewEvents {
  /** Those up to another number. */
  readonly events: readonly FoundInteraction[]
  /** Those that came after that, which are not to be in the file yet. */
  readonly newer: readonly FoundInteraction[]
  /** How many have one of the last numbers up to `until`. */
  readonly late: number
  /** Whether the event with the number of the file is there. A store that was restored from a backup may lack it. */
  readonly isKnown: boolean
}

/** Reads them by their numbers. Undefined where they are more than `most`. */
export async function readNewEvents(
  { interactions }: Store,
  dataset: number,
  { last, until, most }: Readonly<Record<'last' | 'until' | 'most', number>>,
): Promise<NewEvents | undefined> {
  const events: FoundInteraction[] = []
  const newer: FoundInteraction[] = []
  let isKnown = last === 0
  for (let from = Math.max(0, last - OVERLAP); ; ) {
    const found = await interactions.after(dataset, from, AT_ONCE)
    for (const event of found) {
      isKnown ||= event.seq === last
      ;(event.seq <= until ? events : newer).push(event)
    }
    if (events.length + newer.length > most) return undefined
    if (found.length < AT_ONCE) break
    from = found.at(-1)!.seq
  }
  return { events, newer, isKnown, late: events.filter(({ seq }) => seq > until - OVERLAP).length }
}

/** Counts the events with one of the last numbers up to `until`. */
export async function countLate({ interactions }: Store, dataset: number, until: number): Promise<number> {
  let count = 0
  for (let from = Math.max(0, until - OVERLAP); ; ) {
    const found = await interactions.after(dataset, from, AT_ONCE)
    count += found.filter(({ seq }) => seq <= until).length
    if (found.length < AT_ONCE || found.at(-1)!.seq >= until) return count
    from = found.at(-1)!.seq
  }
}
