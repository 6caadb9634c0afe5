/** Returns a function that runs its arguments one after the other. */
export function oneAfterTheOther(): <Result>(run: () => Promise<Result>) => Promise<Result> {
  let last: Promise<unknown> = Promise.resolve()
  return run => {
    const turn = last.then(run)
    last = turn.catch(() => {})
    return turn
  }
}

/**
 * Returns a function whose every call resolves with a run that began after it; calls that wait share one. One run is
 * under way at a time.
 */
export function shared(run: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined
  let next: Promise<void> | undefined
  const start = () => {
    next = undefined
    running = run().finally(() => {
      running = undefined
    })
    return running
  }
  return () => {
    if (running) next ??= running.then(start, start)
    // Between the end of a run and the beginning of the one that waits, no run is under way for a moment.
    return next ?? start()
  }
}

/** Returns a function that runs at once; called again within `ms` of the last run, it runs once when these are over. */
export function apart(ms: number, run: () => void): () => void {
  let last = Number.NEGATIVE_INFINITY
  let next: NodeJS.Timeout | undefined
  const runNow = () => {
    next = undefined
    last = performance.now()
    run()
  }
  return () => {
    if (next) return
    const left = last + ms - performance.now()
    if (left <= 0) runNow()
    else next = setTimeout(runNow, left).unref()
  }
}
