import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { allOperations } from '../contract/registry.ts'
import { operations } from './index.ts'

describe('operations', () => {
  it('are those of the model, each once', () => {
    const names = operations.map(({ name }) => name)
    assert.deepEqual(names.sort(), allOperations.map(({ name }) => name).sort())
  })
})
