import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { packTexts, type Texts, unpackTexts } from './state.ts'

describe('packTexts', () => {
  it('returns what was packed, whatever the letters', () => {
    const texts = ['', 'item-1', 'köln', '日本', '🎬']
    assert.deepEqual(unpackTexts(packTexts(texts) as Texts), texts)
    assert.deepEqual(unpackTexts(packTexts([])), [])
  })
})
