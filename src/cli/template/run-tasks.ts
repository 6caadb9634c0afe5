/** A step with the keys of those that go before it. */
export interface Task {
  readonly key: string
  readonly after: readonly string[]
  run(): Promise<void>
}

export interface Outcome {
  readonly done: ReadonlySet<string>
  /** The error of each task that failed. */
  readonly failed: ReadonlyMap<string, Error>
  /** Those that were not begun, since one before them failed. */
  readonly skipped: ReadonlySet<string>
}

/**
 * Runs each task when those before it are done, and all others at the same time. After a failure, tasks that do not
 * come after the failed one go on.
 */
export async function runTasks(tasks: readonly Task[]): Promise<Outcome> {
  const done = new Set<string>()
  const failed = new Map<string, Error>()
  const skipped = new Set<string>()
  const byKey = new Map(tasks.map(task => [task.key, task]))
  const begun = new Map<string, Promise<void>>()
  const begin = (key: string): Promise<void> => {
    const known = begun.get(key)
    if (known) return known
    const { after, run } = byKey.get(key)!
    const before = after.filter(other => byKey.has(other))
    // Others see that it has begun before it waits for those before it.
    const ended = Promise.resolve()
      .then(() => Promise.all(before.map(begin)))
      .then(async () => {
        if (before.some(other => !done.has(other))) skipped.add(key)
        else
          await run().then(
            () => done.add(key),
            (error: Error) => failed.set(key, error),
          )
      })
    begun.set(key, ended)
    return ended
  }
  await Promise.all(tasks.map(({ key }) => begin(key)))
  return { done, failed, skipped }
}
