/** Deletes in the background the rows that wait to be deleted. */
export interface Purging {
  /** Resolves when none is left of the rows that waited at the call. */
  purge(): Promise<void>
  /** Begins no other transaction; resolves when the last one has ended. */
  stop(): Promise<void>
}

/** @param purgeSome deletes some of them in a transaction; returns whether there may be more */
export function openPurging(purgeSome: () => Promise<boolean>): Purging {
  let isStopped = false
  let running: Promise<void> | undefined
  const round = async () => {
    while (!isStopped && (await purgeSome()));
  }
  return {
    purge() {
      // Another round after the one under way: that one may have passed by rows queued just now.
      running = (running ?? Promise.resolve()).then(round).catch(() => {})
      return running
    },
    async stop() {
      isStopped = true
      await running
    },
  }
}
