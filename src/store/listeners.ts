import type { Change, Store } from './store.ts'

/** Those who watch a store. */
export interface Listeners extends Pick<Store, 'watch'> {
  /** Tells them of a change: of rows that were put, those to whom the dataset is of interest. */
  tell(change: Change): void
  /** Whether the rows of a dataset are of interest to any. */
  isOfInterest(dataset: number): boolean
}

/** Nobody watches yet. */
export function openListeners(): Listeners {
  const listeners = new Map<(change: Change) => void, (dataset: number) => boolean>()
  return {
    watch(listener, isOfInterest = () => true) {
      listeners.set(listener, isOfInterest)
      return () => void listeners.delete(listener)
    },
    tell(change) {
      for (const [listener, isOfInterest] of listeners)
        if (!('rows' in change) || isOfInterest(change.dataset)) listener(change)
    },
    isOfInterest: dataset => listeners.values().some(isOfInterest => isOfInterest(dataset)),
  }
}

/** Of a store that is shared in a worker thread, which is told of no change. */
export const NO_LISTENERS: Listeners = {
  watch: () => () => {},
  tell: () => {},
  isOfInterest: () => false,
}
