import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { judge, newFileName, OWNERLESS_MS, type Owner, partOf, pathOf } from './files.ts'

const NOW = Date.now()
const HOURS = 3_600_000

describe('which files of models are superfluous', () => {
  const owner = (status: string, document: Owner['document'] = {}): Owner => ({ id: 7, status, document })
  const file = (path: string, age = 0) => ({ path, writtenAt: NOW - age })
  const left = (owners: readonly Owner[], ...files: ReturnType<typeof file>[]) =>
    judge(files, owners).superfluous.map(({ path, reason }) => `${path}: ${reason}`)
  const [old, last] = [newFileName(), newFileName()]

  it('has what is of no owner only when a week has gone since that was found, however old it is', () => {
    const models = ['8/model.safetensors', `8/${last}`, `7/${old}`].map(path => file(path, 99 * OWNERLESS_MS))
    const owners = [owner('ACTIVE', { modelFile: last })]
    const first = judge(models, owners)
    assert.deepEqual(first.superfluous, [])
    assert.deepEqual(
      Object.keys(first.ownerless),
      models.map(({ path }) => path),
    )
    const since = (ago: number) => Object.fromEntries(models.map(({ path }) => [path, NOW - ago]))
    assert.deepEqual(judge(models, owners, [], since(OWNERLESS_MS - HOURS)).superfluous, [])
    const later = judge(models, owners, [], since(OWNERLESS_MS + HOURS))
    assert.deepEqual(
      later.superfluous.map(({ path }) => path),
      models.map(({ path }) => path),
    )
    assert.deepEqual(later.ownerless, {})
  })

  it('has at once what its store has just deleted, and no other file under the same number', () => {
    const deleted = owner('ACTIVE', { modelFile: last, modelFileBefore: old, trainedAt: NOW })
    const files = [`7/${last}`, `7/${old}`, `7/${newFileName()}`].map(path => file(path))
    assert.deepEqual(judge(files, [], [deleted]).superfluous, [
      { path: `7/${last}`, reason: 'deleted', hasOwner: false },
      { path: `7/${old}`, reason: 'deleted', hasOwner: false },
    ])
  })

  it('has nothing that is not of a model', () => {
    const others = ['notes.txt', '8/notes.txt', 'eight/model.safetensors', '8/deeper/model.safetensors']
    const files = others.map(path => file(path, 99 * OWNERLESS_MS))
    const since = Object.fromEntries(others.map(path => [path, 1]))
    assert.deepEqual(judge(files, [], [], since), { superfluous: [], ownerless: {} })
  })

  it('has nothing of what is trained at the moment', () => {
    for (const status of [
      'CREATE PENDING',
      'CREATE IN_PROGRESS',
      'CREATE STOPPING',
      'UPDATE IN_PROGRESS',
      'START PENDING',
    ])
      assert.deepEqual(left([owner(status)], file(`7/${old}`, 9 * HOURS), file(`7/${last}.part`, 9 * HOURS)), [])
  })

  it('has the model of the training before the last, but not where that was replaced within the hour', () => {
    const trained = (ago: number) => owner('ACTIVE', { modelFile: last, modelFileBefore: old, trainedAt: NOW - ago })
    const files = [file(`7/${old}`, 9 * HOURS), file(`7/${last}`, 9 * HOURS)]
    assert.deepEqual(left([trained(2 * HOURS)], ...files), [`7/${old}: replaced`])
    assert.deepEqual(left([trained(HOURS / 2)], ...files), [])
  })

  it('has no model of a training that the store does not know: a newer store, of which it is a copy, may', () => {
    const trained = owner('ACTIVE', { modelFile: old, trainedAt: NOW - 9 * HOURS })
    assert.deepEqual(left([trained], file(`7/${old}`, 9 * HOURS), file(`7/${last}`, 5 * HOURS)), [])
  })

  it('has what was cut off, but nothing that is written to', () => {
    const active = owner('ACTIVE', { modelFile: last, trainedAt: NOW - 9 * HOURS })
    const part = partOf(pathOf(active))
    assert.deepEqual(left([active], file(part, HOURS / 2)), [])
    assert.deepEqual(left([active], file(part, 2 * HOURS)), [`${part}: cut off`])
    assert.deepEqual(left([], file(part, HOURS / 2)), [])
    assert.deepEqual(left([], file(part, 2 * HOURS)), [`${part}: cut off`])
  })

  it('has not the one that is named as the first version of this program did', () => {
    const path = '7/model.safetensors'
    assert.deepEqual(left([owner('ACTIVE', { trainedAt: 1 })], file(path)), [])
  })
})
