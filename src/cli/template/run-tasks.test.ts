import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { runTasks } from './run-tasks.ts'

describe('running tasks', () => {
  const tasksOf = (log: string[], failing: readonly string[] = []) =>
    (
      [
        ['c', ['a', 'b']],
        ['a', []],
        ['b', []],
        ['d', ['b', 'elsewhere']],
        ['e', ['c']],
      ] as const
    ).map(([key, after]) => ({
      key,
      after,
      async run() {
        log.push(`${key} begins`)
        await setImmediate()
        if (failing.includes(key)) throw new Error(`${key} fails`)
        log.push(`${key} ends`)
      },
    }))

  it('runs each after those before it, and the others beside it', async () => {
    const log: string[] = []
    const { done, failed, skipped } = await runTasks(tasksOf(log))
    assert.deepEqual([done.size, failed.size, skipped.size], [5, 0, 0])
    assert.deepEqual(log.slice(0, 2).sort(), ['a begins', 'b begins'])
    assert.ok(log.indexOf('c begins') > Math.max(log.indexOf('a ends'), log.indexOf('b ends')))
    assert.ok(log.indexOf('e begins') > log.indexOf('c ends'))
  })

  it('goes on after a failure with what does not need it', async () => {
    const { done, failed, skipped } = await runTasks(tasksOf([], ['a']))
    assert.deepEqual([...done].sort(), ['b', 'd'])
    assert.deepEqual(
      [...failed].map(([key, { message }]) => [key, message]),
      [['a', 'a fails']],
    )
    assert.deepEqual([...skipped].sort(), ['c', 'e'])
  })
})
