import { itemCounts } from '../../engine/interactions.ts'
import { byCount } from '../../engine/ranked.ts'
import { Numbering } from './numbering.ts'
import type { EventTable } from './snapshot.ts'

/** Events, and the names of their items. */
export interface Numbered {
  readonly events: EventTable
  readonly numbering: Numbering
}

/**
 * The same with items numbered by their events, the most first; of equal ones the one that came first. A request
 * touches popular items mostly. These lie close together then, in few blocks of scores. The events are changed in
 * place.
 */
export function byPopularity({ events, numbering: read }: Numbered): Numbered {
  const { texts } = read
  const numbering = new Numbering()
  const numbers = new Int32Array(texts.length)
  for (const item of byCount(itemCounts({ items: texts.length, sequence: events.items })))
    numbers[item] = numbering.numberOf(texts[item]!)
  for (let event = 0; event < events.items.length; event++) events.items[event] = numbers[events.items[event]!]!
  const shown = new Map([...events.shown].map(([item, times]) => [numbers[item]!, times]))
  return { events: { ...events, shown }, numbering }
}
