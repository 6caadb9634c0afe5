/** More at once would leave the thread idle while all of them are written and their clients read the replies. */
const AT_ONCE = 16

/**
 * Gives a function that runs what it is given at the end of this turn of the event loop, together with what else it was
 * given in it, 16 in a turn. Requests that are answered one after the other find the code they run in the processor's
 * caches, which the reading of sockets in between would replace: docs/decisions/0003-puts-are-a-log.md.
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
