import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { describe, it } from 'node:test'
import { limitHandshakes } from './handshakes.ts'

/** A connection as a server emits it. */
class Connection extends EventEmitter {
  readonly remoteAddress = '127.0.0.1'
  readonly remotePort: number
  isOpen = true

  constructor(remotePort: number) {
    super()
    this.remotePort = remotePort
  }

  destroy() {
    this.isOpen = false
    this.emit('close')
  }
}

describe('limitHandshakes', () => {
  it('closes the connection that has been without a handshake for longest', () => {
    const server = new EventEmitter()
    let dropped = 0
    const closeAll = limitHandshakes(server as never, () => dropped++, 2)
    const open = (port: number) => {
      const connection = new Connection(port)
      server.emit('connection', connection)
      return connection
    }
    const [first, second, third] = [open(1), open(2), new Connection(3)]
    second.destroy()
    server.emit('connection', third)
    assert.equal(dropped, 0)
    // The TLS connection on top has the same other end.
    server.emit('secureConnection', new Connection(3))
    const fourth = open(4)
    assert.equal(dropped, 0)
    const fifth = open(5)
    assert.deepEqual(
      [first, third, fourth, fifth].map(({ isOpen }) => isOpen),
      [false, true, true, true],
    )
    assert.equal(dropped, 1)
    closeAll()
    assert.deepEqual(
      [third, fourth, fifth].map(({ isOpen }) => isOpen),
      [true, false, false],
    )
  })
})
