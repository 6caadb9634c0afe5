import type { Change, Store } from './store.ts'

/** Those who watch a store. */
export interface Listeners extends Pick<Store, 'watch'> {
  /** Tells them of a change: of rows that were put, those who want the rows of the dataset. */
  tell(change: Change): void
  /** Whether any wants the rows of a dataset. */
  wantsRows(dataset: number): boolean
}

/** Nobody watches yet. */
export function openListeners(): Listeners {
  const listeners = new Map<(change: Change) => void, ((dataset: number) => boolean) | undefined>()
  return {
    watch(listener, isOfRows) {
      listeners.set(listener, isOfRows)
      return () => void listeners.delete(listener)
    },
    tell(change) {
      for (const [listener, isOfRows] of listeners)
        if (!('rows' in change) || isOfRows?.(change.dataset)) listener(change)
    },
    wantsRows: dataset => listeners.values().some(isOfRows => isOfRows?.(dataset)),
  }
}

/** The listeners of a store that is shared in a worker thread: it notifies of no change. */
export const NO_LISTENERS: Listeners = {
  watch: () => () => {},
  tell: () => {},
  wantsRows: () => false,
}
