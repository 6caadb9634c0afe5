import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { spellingsOf, tidyList, trimmed } from './blanks.ts'

describe('blanks', () => {
  it('are white space of any kind, the byte order mark and zero width spaces, around a text', () => {
    for (const blank of [
      ' ',
      '\t',
      '\n',
      '\r\n',
      '\u00a0',
      '\ufeff',
      '\u2003',
      '\u3000',
      '\u200b',
      '\u2060',
      ' \u00a0 ',
    ])
      for (const text of [`${blank}a b`, `a b${blank}`, `${blank}a b${blank}`]) assert.equal(trimmed(text), 'a b')
    for (const text of ['a', 'é', '🙂', '\u200da', '\u0001', 'a\u00a0b']) assert.equal(trimmed(text), text)
    for (const text of ['', ' ', '\u00a0\u200b\ufeff']) assert.equal(trimmed(text), '')
  })

  it('are taken from around each of several values', () => {
    for (const text of ['a|b c', ' a | b c ', '|a||b c|', 'a|\u00a0|b c', '\ufeffa|b c\u200b'])
      assert.equal(tidyList(text), 'a|b c')
    for (const text of ['', '|', ' | | ']) assert.equal(tidyList(text), '')
  })

  it('may be in ids that were stored before', () => {
    assert.deepEqual(spellingsOf('a'), ['a'])
    assert.deepEqual(spellingsOf(' a'), [' a', 'a'])
    assert.deepEqual(spellingsOf(' '), [' '])
  })
})
