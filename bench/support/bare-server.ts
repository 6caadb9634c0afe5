/**
 * The yardstick: a node:http server that only reads the body, parses it and each user's `properties`, and answers 200.
 * It checks no signature, no schema, and stores nothing.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

const server = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', chunk => chunks.push(chunk))
  request.on('end', () => {
    const { users = [] } = JSON.parse(Buffer.concat(chunks).toString())
    for (const { properties } of users) JSON.parse(properties)
    response.writeHead(200, { 'content-length': 0 }).end()
  })
})
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`))
