import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { eventually } from '#test/eventually.ts'
import { type Square, squares } from '../../engine/pool/squares.worker.ts'
import { share } from '../../engine/team/share.ts'
import { openRequestPool } from './pools.ts'

describe('the threads of requests', () => {
  it('are none where the request thread is to do it alone', () => {
    assert.equal(openRequestPool({ threads: 1, shed() {}, failed() {} }), undefined)
  })

  it('refuse some requests while others wait for more than a second, and answer those that they accepted', async () => {
    let shed = 0
    const pool = openRequestPool({ threads: 2, worthMs: 0, shed: () => shed++, failed: assert.ifError })!
    const numbers = share(Float64Array.of(3))
    const answerer = pool.open(squares, { numbers })
    const here = (): Square => ({ square: Float64Array.of(9), thread: -1 })
    const ask = async (ms: number) => (await answerer.answer({ at: 0, ms }, here)).square[0]
    await eventually('two threads', async () => {
      await Promise.all([ask(1), ask(1), ask(1), ask(1)])
      return pool.state.threads >= 2
    })
    const accepted = Array.from({ length: 200 }, () => ask(20))
    const refused: unknown[] = []
    await eventually('three refused questions', () => {
      accepted.push(ask(0).catch(error => void refused.push(error)))
      return refused.length >= 3
    })
    for (const error of refused)
      assert.deepEqual(
        { code: (error as { code?: string }).code, message: (error as Error).message },
        { code: 'ThrottlingException', message: 'The server has more requests than it can answer: try again' },
      )
    assert.ok(shed >= 3)
    assert.equal((await Promise.all(accepted)).filter(square => square === 9).length, accepted.length - refused.length)
    assert.equal(await ask(0), 9)
    await pool.close()
  })
})
