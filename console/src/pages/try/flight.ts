import { type RefObject, useLayoutEffect, useRef } from 'react'

const FLIGHT_MS = 350

/**
 * Moves the entries of a list from where they were to where they are, each known by its `data-id`. A person who wants
 * less motion sees them at their new places at once.
 * @param ids the order; entries move when it changes
 */
export function useFlight(list: RefObject<HTMLElement | null>, ids: readonly string[]): void {
  const places = useRef(new Map<string, DOMRect>())
  const order = ids.join('\n')
  useLayoutEffect(() => {
    const entries = [...(list.current?.children ?? [])] as HTMLElement[]
    const now = new Map(entries.map(entry => [entry.dataset.id!, entry.getBoundingClientRect()]))
    if (!matchMedia('(prefers-reduced-motion: reduce)').matches)
      for (const entry of entries) fly(entry, places.current.get(entry.dataset.id!), now.get(entry.dataset.id!)!)
    places.current = now
  }, [order])
}

function fly(entry: HTMLElement, from: DOMRect | undefined, to: DOMRect): void {
  const options = { duration: FLIGHT_MS, easing: 'ease-out' }
  if (!from) return void entry.animate([{ opacity: 0 }, { opacity: 1 }], options)
  const [x, y] = [from.x - to.x, from.y - to.y]
  if (x !== 0 || y !== 0) entry.animate([{ transform: `translate(${x}px, ${y}px)` }, { transform: 'none' }], options)
}
