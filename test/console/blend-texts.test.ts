import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { modelText } from '../../console/src/pages/models/blend-texts.ts'
import { blendModelNames } from '../../src/engine/blend/models.ts'

describe('the words of the console for a blend', () => {
  it('say of every model what it scores an item by', () => {
    assert.deepEqual(
      blendModelNames.filter(name => modelText(name) === ''),
      [],
    )
  })
})
