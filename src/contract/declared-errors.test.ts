import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { asDeclared, statusOf } from './declared-errors.ts'
import * as errors from './errors.ts'
import { allOperations } from './registry.ts'

const { ResourceInUseException, ResourceNotFoundException, SerializationException, UnknownOperationException } = errors

describe('statusOf', () => {
  it("is the service's own", () => {
    const inUse = new ResourceInUseException('being created')
    const notFound = new ResourceNotFoundException('no such dataset')
    assert.deepEqual([statusOf(inUse, 'control'), statusOf(inUse, 'events')], [400, 409])
    assert.deepEqual([statusOf(notFound, 'control'), statusOf(notFound, 'runtime')], [400, 404])
  })

  it("is the error's where the model is silent", () => {
    const unknown = new UnknownOperationException('no such operation')
    assert.deepEqual([statusOf(unknown, 'control'), statusOf(unknown, 'events')], [400, 404])
    assert.equal(statusOf(new errors.UnrecognizedClientException('unknown key'), 'control'), 403)
    assert.equal(statusOf(new SerializationException('not JSON'), 'runtime'), 400)
  })
})

describe('an error that its operation does not declare', () => {
  const told = (...given: Parameters<typeof asDeclared>) => `${asDeclared(...given)}`

  it('becomes an InvalidInputException', () => {
    const none = new ResourceNotFoundException('no such metric attribution')
    none.hint = 'look again'
    const message = 'InvalidInputException: no such metric attribution'
    assert.equal(told('ListMetricAttributionMetrics', none), message)
    assert.equal(asDeclared('ListMetricAttributionMetrics', none).hint, 'look again')
    assert.equal(asDeclared('DescribeMetricAttribution', none), none)
  })

  it('becomes a ValidationError where that is not declared either', () => {
    const invalid = new errors.InvalidInputException('maxResults')
    assert.equal(told('ListSchemas', invalid), 'ValidationError: maxResults')
  })

  it('stays the same where it is common to all operations', () => {
    const throttled = new errors.ThrottlingException('slow down')
    assert.equal(asDeclared('ListSchemas', throttled), throttled)
  })
})

describe('the exceptions', () => {
  it('are all those that the models declare', () => {
    const declared = new Set(allOperations.flatMap(op => Object.keys(op.errors)))
    for (const code of declared) assert.ok(code in errors, code)
  })

  it('have classes of their own, a code and a message', () => {
    const error = new ResourceNotFoundException('no such dataset')
    assert.ok(error instanceof errors.ServiceException && !(error instanceof ResourceInUseException))
    assert.equal(`${error}`, 'ResourceNotFoundException: no such dataset')
    assert.equal(error.code, 'ResourceNotFoundException')
  })
})
