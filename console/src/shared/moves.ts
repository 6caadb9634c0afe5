/** Where an item of a list was before. */
export type Move = { readonly kind: 'up' | 'down'; readonly by: number } | { readonly kind: 'new' | 'same' }

/** The differences between two lists. */
export interface Moves {
  /** Of each id of the list now. */
  readonly of: ReadonlyMap<string, Move>
  /** The ids that are no longer there, in the order that they had. */
  readonly gone: readonly string[]
}

/** Compares a list with the one before it. Without one before, nothing has moved. */
export function movesBetween(before: readonly string[] | undefined, now: readonly string[]): Moves {
  if (!before) return { of: new Map(), gone: [] }
  const places = new Map(before.map((id, place) => [id, place]))
  const there = new Set(now)
  return {
    of: new Map(now.map((id, place) => [id, moveFrom(places.get(id), place)])),
    gone: before.filter(id => !there.has(id)),
  }
}

function moveFrom(before: number | undefined, now: number): Move {
  if (before === undefined) return { kind: 'new' }
  if (before === now) return { kind: 'same' }
  return before > now ? { kind: 'up', by: before - now } : { kind: 'down', by: now - before }
}

/** Tells how many items moved, such as `2 up, 1 down, 1 new`; blank where nothing did. */
export function wordsForMoves({ of, gone }: Moves): string {
  const kinds = [...of.values()].map(({ kind }) => kind as string).concat(gone.map(() => 'gone'))
  return ['up', 'down', 'new', 'gone']
    .map(kind => [kinds.filter(one => one === kind).length, kind] as const)
    .filter(([count]) => count > 0)
    .map(([count, kind]) => `${count} ${kind}`)
    .join(', ')
}
