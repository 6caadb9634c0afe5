import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fc } from '#test/properties.ts'
import { decodeText } from './decode-text.ts'

async function decode(...chunks: readonly Uint8Array[]) {
  const parts = await Array.fromAsync(decodeText(asContent(chunks)))
  return { text: parts.map(({ text }) => text).join(''), isBroken: parts.some(({ isBroken }) => isBroken) }
}

async function* asContent(chunks: readonly Uint8Array[]) {
  yield* chunks
}

describe('the text of a CSV file', () => {
  it('is the same however it comes in chunks', async () => {
    const text = fc.array(fc.constantFrom('"', '\\', ',', '\n', 'a', 'é', '漢', '👍')).map(all => all.join(''))
    await fc.assert(
      fc.asyncProperty(text, fc.array(fc.nat(40)), async (text, cuts) => {
        const bytes = Buffer.from(text)
        const at = [0, ...cuts.filter(cut => cut < bytes.length).sort((a, b) => a - b), bytes.length]
        const chunks = at.slice(1).map((end, i) => bytes.subarray(at[i], end))
        assert.deepEqual(await decode(...chunks), { text, isBroken: false })
      }),
    )
  })

  it('ends with the last line before one that is not UTF-8', async () => {
    assert.deepEqual(await decode(Buffer.from('a\nb\nc\xff\nd\n', 'latin1')), { text: 'a\nb\n', isBroken: true })
    assert.deepEqual(await decode(Buffer.from('a\n'), Buffer.from([0xe6, 0xbc])), { text: 'a\n', isBroken: true })
  })
})
