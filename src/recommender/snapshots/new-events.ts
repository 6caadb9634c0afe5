import type { FoundInteraction } from '../../store/rows.ts'
import type { Store } from '../../store/store.ts'

const AT_ONCE = 1000

/** The events that a file up to a number lacks. */
export interface NewEvents {
  /** Those up to another number. */
  readonly events: readonly FoundInteraction[]
  /** Those that came after that, which are not to be in the file yet. */
  readonly newer: readonly FoundInteraction[]
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
  for (let from = last - 1; ; ) {
    const found = await interactions.after(dataset, from, AT_ONCE)
    for (const event of found) {
      if (event.seq === last) isKnown = true
      else if (event.seq <= until) events.push(event)
      else newer.push(event)
    }
    if (events.length + newer.length > most) return undefined
    if (found.length < AT_ONCE) return { events, newer, isKnown }
    from = found.at(-1)!.seq
  }
}
