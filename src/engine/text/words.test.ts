import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { wordsOf } from './words.ts'

describe('wordsOf', () => {
  it('has one case, no accents and no marks', () => {
    assert.deepEqual(wordsOf("L'Été à Köln: 12 Äpfel!"), ['l', 'ete', 'a', 'koln', '12', 'apfel'])
  })

  it('finds words that are not spaced', () => {
    assert.deepEqual(wordsOf('私は学生です'), ['私', 'は', '学生', 'です'])
    assert.ok(wordsOf('สวัสดีชาวโลก').length > 1)
  })

  it('reads scripts with spaces of their own', () => {
    assert.deepEqual(wordsOf('Тихий Дон'), ['тихии', 'дон'])
    assert.deepEqual(wordsOf(''), [])
  })
})
