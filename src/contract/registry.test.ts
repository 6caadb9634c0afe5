import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { allOperations, operationByRoute, operationByTarget, operationModel } from './registry.ts'

describe('the registry', () => {
  it('has the 79 operations of three services, each under its name', () => {
    const count = (service: string) => allOperations.filter(op => op.service === service).length
    assert.deepEqual([count('control'), count('events'), count('runtime')], [71, 5, 3])
    for (const model of allOperations) assert.equal(operationModel(model.name), model)
  })

  it('finds each operation by exactly one address', () => {
    assert.equal(operationByTarget.get('AmazonPersonalize.CreateSchema'), 'CreateSchema')
    assert.equal(operationByRoute.get('POST /users'), 'PutUsers')
    assert.equal(operationByRoute.get('POST /'), undefined)
    assert.equal(operationByTarget.size + operationByRoute.size, 79)
  })
})
