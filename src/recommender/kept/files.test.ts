import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { newFileName, type Owner, partOf, pathOf, superfluous } from './files.ts'

const NOW = Date.now()
const HOURS = 3_600_000

describe('which files of models are superfluous', () => {
  const owner = (status: string, document: Owner['document'] = {}): Owner => ({ id: 7, status, document })
  const file = (path: string, age = 0) => ({ path, writtenAt: NOW - age })
  const left = (owners: readonly Owner[], ...files: ReturnType<typeof file>[]) =>
    superfluous(files, owners).map(({ path }) => path)
  const [old, last] = [`7/${newFileName()}`, newFileName()]

  it('has what is of no owner, and nothing that is not of a model', () => {
    const others = ['notes.txt', '8/notes.txt', 'eight/model.safetensors', '8/deeper/model.safetensors']
    const models = ['8/model.safetensors', `8/${last}`, `8/${last}.part`, partOf(`8/${last}`)]
    assert.deepEqual(left([owner('ACTIVE')], ...[...others, ...models].map(path => file(path))), models)
  })

  it('has nothing of what is trained at the moment', () => {
    for (const status of [
      'CREATE PENDING',
      'CREATE IN_PROGRESS',
      'CREATE STOPPING',
      'UPDATE IN_PROGRESS',
      'START PENDING',
    ])
      assert.deepEqual(left([owner(status)], file(old, 9 * HOURS), file(`7/${last}.part`, 9 * HOURS)), [])
  })

  it('has the models of trainings before the last, but not those that were replaced within the hour', () => {
    const trained = (ago: number) => owner('ACTIVE', { modelFile: last, trainedAt: NOW - ago })
    const files = [file(old, 9 * HOURS), file(`7/${last}`, 9 * HOURS)]
    assert.deepEqual(left([trained(2 * HOURS)], ...files), [old])
    assert.deepEqual(left([trained(HOURS / 2)], ...files), [])
    assert.deepEqual(left([owner('CREATE STOPPED')], ...files), [old, `7/${last}`])
  })

  it('has what was cut off, but nothing that is written to', () => {
    const active = owner('ACTIVE', { modelFile: last, trainedAt: NOW - 9 * HOURS })
    const part = partOf(pathOf(active))
    assert.deepEqual(left([active], file(part, HOURS / 2)), [])
    assert.deepEqual(left([active], file(part, 2 * HOURS)), [part])
  })

  it('has not the one that is named as the first version of this program did', () => {
    const path = '7/model.safetensors'
    assert.deepEqual(left([owner('ACTIVE', { trainedAt: 1 })], file(path)), [])
  })
})
