import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { eventually } from '#test/eventually.ts'
import { openLines } from './lines.ts'

describe('openLines', () => {
  /** Lines of an `append` that the test can have fail. */
  function open(options: { gatherMs?: number; retryMs?: number } = {}) {
    const seen = { texts: [] as string[], failed: 0, lost: 0, isFailing: false }
    const lines = openLines({
      async append(text) {
        if (seen.isFailing) throw Object.assign(new Error('full'), { code: 'ENOSPC' })
        seen.texts.push(text)
      },
      failed: () => void seen.failed++,
      lost(count) {
        seen.lost += count
      },
      gatherMs: 0,
      retryMs: 0,
      ...options,
    })
    return { seen, lines }
  }

  it('appends together the lines that came together', async () => {
    const { seen, lines } = open()
    lines.write('a\n')
    lines.write('b\n')
    await eventually('the first append', () => seen.texts.length > 0)
    lines.write('c\n')
    await lines.close()
    assert.deepEqual(seen.texts, ['a\nb\n', 'c\n'])
  })

  it('keeps lines that could not be appended, in order, until they can', async () => {
    const { seen, lines } = open()
    seen.isFailing = true
    lines.write('a\n')
    await eventually('two failed appends', () => seen.failed > 1)
    lines.write('b\n')
    seen.isFailing = false
    await eventually('an append', () => seen.texts.length > 0)
    await lines.close()
    assert.deepEqual([seen.texts.join(''), seen.lost], ['a\nb\n', 0])
  })

  it('counts lines that are lost: beyond the memory for them, or at the end', async () => {
    const { seen, lines } = open({ gatherMs: 10_000 })
    seen.isFailing = true
    const megabyte = `${'x'.repeat(1024 * 1024 - 1)}\n`
    for (let count = 0; count < 20; count++) lines.write(megabyte)
    assert.equal(seen.lost, 4)
    await lines.close()
    assert.deepEqual([seen.lost, seen.failed, seen.texts], [20, 1, []])
  })

  it('appends a great many in parts', async () => {
    const { seen, lines } = open({ gatherMs: 10_000 })
    const line = `${'x'.repeat(1023)}\n`
    for (let count = 0; count < 1200; count++) lines.write(line)
    await lines.close()
    assert.deepEqual(
      seen.texts.map(text => text.length / 1024),
      [512, 512, 176],
    )
  })
})
