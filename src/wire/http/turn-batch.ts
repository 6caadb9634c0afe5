/** With more at once, the thread would be idle while all of them are written and their clients read the replies. */
const AT_ONCE = 16

/**
 * Returns a function that runs its tasks together at the end of a turn of the event loop, at most 16 in a turn.
 * Requests that are answered in one go find their code in the processor's caches. Reading sockets in between would
 * replace it: docs/decisions/0003-puts-are-a-log.md.
 */
export function togetherAtTheEnd(): (task: () => void) => void {
  const waiting: (() => void)[] = []
  const runSome = () => {
    const tasks = waiting.splice(0, AT_ONCE)
    if (waiting.length > 0) setImmediate(runSome)
    for (const task of tasks) task()
  }
  return task => {
    if (waiting.push(task) === 1) setImmediate(runSome)
  }
}
