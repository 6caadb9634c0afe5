/**
 * Gives a function that runs what it is given at the end of this turn of the event loop, with all else that it was given
 * in it. Requests that are answered one after the other find the code they run in the processor's caches, which the
 * reading of sockets in between would replace: with 64 connections 12 % less time for each (decision 3).
 */
export function togetherAtTheEnd(): (task: () => void) => void {
  let waiting: (() => void)[] = []
  const runAll = () => {
    const tasks = waiting
    waiting = []
    for (const task of tasks) task()
  }
  return task => {
    if (waiting.push(task) === 1) setImmediate(runAll)
  }
}
