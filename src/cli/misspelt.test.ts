import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { settings } from '../config/settings.ts'
import { misspelt } from './misspelt.ts'
import { toOption } from './setting-options.ts'

const known = Object.values(settings).map(setting => toOption(setting).envVar!)

describe('misspelt', () => {
  it('names the variable that is meant', () => {
    for (const [name, meant] of [
      ['PERSONALITE_KEEP_EVENT', 'PERSONALITE_KEEP_EVENTS'],
      ['PERSONALITE_PROT', 'PERSONALITE_PORT'],
      ['PERSONALITE_DATADIR', 'PERSONALITE_DATA_DIR'],
      ['PERSONALITE_SECRET_ACESS_KEY', 'PERSONALITE_SECRET_ACCESS_KEY'],
    ] as const)
      assert.deepEqual([...misspelt([name], known)], [[name, meant]])
  })

  it('leaves variables of other programs, of Kubernetes and of tests alone', () => {
    const others = ['PATH', 'PERSONALITE_URL', 'PERSONALITE_SERVICE_HOST', 'PERSONALITE_PORT_7377_TCP_PORT']
    assert.deepEqual([...misspelt([...known, ...others, 'PERSONALITE_TEST_NOW'], known)], [])
  })
})
