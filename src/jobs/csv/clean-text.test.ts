import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { createCleaner } from './clean-text.ts'

function clean(...chunks: readonly (string | Uint8Array)[]) {
  const cleaner = createCleaner()
  const parts = [...chunks.map(chunk => cleaner.clean(Buffer.from(chunk as string))), cleaner.end()]
  return {
    text: Buffer.concat(parts.map(({ text }) => text)).toString(),
    isBroken: parts.some(({ isBroken }) => isBroken),
  }
}

describe('the text of a CSV file', () => {
  it('has quotes in quoted cells doubled, however they were escaped', () => {
    assert.equal(clean('a,"say \\"hi\\"",b').text, 'a,"say ""hi""",b')
    assert.equal(clean('a,"say ""hi""",b').text, 'a,"say ""hi""",b')
  })

  it('has one backslash for an escaped one, in quotes only', () => {
    assert.equal(clean('"C:\\\\dir\\\\",C:\\\\dir').text, '"C:\\dir\\",C:\\\\dir')
  })

  it('keeps a backslash before anything else', () => {
    assert.equal(clean('"C:\\new",\\N').text, '"C:\\new",\\N')
    assert.equal(clean('"ends so \\').text, '"ends so \\')
  })

  it('is the same however it comes in chunks', () => {
    const text = fc
      .array(fc.constantFrom('"', '\\', '\\"', '\\\\', ',', '\n', 'a', 'é', '漢', '👍'))
      .map(all => all.join(''))
    fc.assert(
      fc.property(text, fc.array(fc.nat(40)), (text, cuts) => {
        const bytes = Buffer.from(text)
        const at = [0, ...cuts.filter(cut => cut < bytes.length).sort((a, b) => a - b), bytes.length]
        const chunks = at.slice(1).map((end, i) => bytes.subarray(at[i], end))
        assert.deepEqual(clean(...chunks), clean(text))
      }),
    )
  })

  it('ends with the last line before one that is not UTF-8', () => {
    assert.deepEqual(clean(Buffer.from('a\nb\nc\xff\nd\n', 'latin1')), { text: 'a\nb\n', isBroken: true })
    assert.deepEqual(clean('a\n', Buffer.from([0xe6, 0xbc])), { text: 'a\n', isBroken: true })
  })
})
