import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { openOrigins } from './origin.ts'

const from = (remoteAddress: string, headers = {}, encrypted = false) => ({
  method: 'POST',
  url: '/users',
  headers,
  peer: { remoteAddress, encrypted },
})

describe('openOrigins', () => {
  const direct = openOrigins([])
  const proxied = openOrigins(['10.0.0.0/8', '::1', 'fd00::/8'])

  it('takes the address of the connection', () => {
    assert.deepEqual(direct(from('192.0.2.7')), { address: '192.0.2.7', isSecure: false })
    assert.deepEqual(direct(from('::ffff:192.0.2.7', {}, true)), { address: '192.0.2.7', isSecure: true })
    assert.deepEqual(direct({ method: 'GET', url: '/', headers: {} }), { address: '', isSecure: false })
  })

  it('believes no header of a client that is no trusted proxy', () => {
    const headers = { 'x-forwarded-for': '198.51.100.1', 'x-forwarded-proto': 'https' }
    for (const origins of [direct, proxied])
      assert.deepEqual(origins(from('192.0.2.7', headers)), { address: '192.0.2.7', isSecure: false })
  })

  it('takes the last address that is no trusted proxy from a trusted one', () => {
    for (const [forwarded, address] of [
      ['198.51.100.1', '198.51.100.1'],
      ['203.0.113.9, 198.51.100.1', '198.51.100.1'],
      ['203.0.113.9, 198.51.100.1, 10.2.3.4', '198.51.100.1'],
      ['::ffff:198.51.100.1,fd00::17', '198.51.100.1'],
      ['2001:db8::5', '2001:db8::5'],
      ['203.0.113.9, 198.51.100.1:4711', '198.51.100.1'],
      ['[2001:db8::5]:4711', '2001:db8::5'],
      ['[2001:db8::5]', '2001:db8::5'],
      ['10.9.9.9', '10.9.9.9'],
    ] as const)
      for (const proxy of ['10.1.1.1', '::1', '::ffff:10.1.1.1'])
        assert.equal(
          proxied(from(proxy, { 'x-forwarded-for': forwarded })).address,
          address === '10.9.9.9' ? proxy.replace('::ffff:', '') : address,
        )
  })

  it('takes no proxy for the client that it names in a way that is not understood', () => {
    for (const forwarded of ['unknown', '_hidden', '203.0.113.9, unknown', '1.2.3.4.5'])
      assert.equal(proxied(from('10.1.1.1', { 'x-forwarded-for': forwarded })).address, '')
    assert.equal(proxied(from('10.1.1.1')).address, '10.1.1.1')
  })

  it('leaves out the zone of an address', () => {
    assert.equal(direct(from('fe80::1%eth0')).address, 'fe80::1')
  })

  it('takes the protocol from a trusted proxy', () => {
    assert.equal(proxied(from('10.1.1.1', { 'x-forwarded-proto': 'https' })).isSecure, true)
    assert.equal(proxied(from('10.1.1.1', { 'x-forwarded-proto': 'http' }, true)).isSecure, false)
    assert.equal(proxied(from('10.1.1.1')).isSecure, false)
  })
})
