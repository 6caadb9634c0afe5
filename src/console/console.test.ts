import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { before, describe, it } from 'node:test'
import { gzipSync } from 'node:zlib'
import { temporaryDirectory } from '#test/directory.ts'
import type { Reply } from '../wire/aws/reply.ts'
import { consoleHandlers } from './console.ts'

describe('the files of the console', () => {
  let built: string
  before(async () => {
    built = `${await temporaryDirectory()}/`
    await mkdir(join(built, 'assets'))
    const files = { 'index.html': '<!doctype html>', '.sources': 'hash' }
    const compressed = { 'assets/a-1.js.br': 'brotli', 'assets/a-1.js.gz': gzipSync('let a') }
    for (const [name, text] of Object.entries({ ...files, ...compressed })) await writeFile(join(built, name), text)
  })
  const ask = async (url: string, headers = {}, method = 'GET') => {
    const handler = new Map(consoleHandlers({ console: 'on' }, built)).get(url.split('?')[0]!)
    const reply = (await handler?.({ method, url, headers })) as Reply | undefined
    if (!reply) return undefined
    const { status, headers: all, body } = reply
    const named = Object.fromEntries(all.flatMap((name, i) => (i % 2 === 0 ? [[name, all[i + 1]!]] : [])))
    return { status, headers: named, body: String(body) }
  }

  it('are at /console/, which the path without a slash leads to', async () => {
    assert.equal((await ask('/console/'))?.body, '<!doctype html>')
    assert.equal((await ask('/console'))?.headers.location, '/console/')
  })

  it('are where a browser comes to that opens the address of the server, and no other client', async () => {
    const accept = 'text/html,application/xhtml+xml,*/*;q=0.8'
    assert.deepEqual(
      [(await ask('/', { accept }))?.status, (await ask('/', { accept }))?.headers.location],
      [307, '/console/'],
    )
    for (const [url, headers, method] of [
      ['/', { accept: '*/*' }],
      ['/', {}],
      ['/?Action=GetCallerIdentity', { accept }],
      ['/', { accept }, 'POST'],
    ] as const)
      assert.equal(await ask(url, headers, method), undefined)
  })

  it('have a policy that allows no script but theirs, and no frame', async () => {
    const policy = (await ask('/console/'))!.headers['content-security-policy']!
    assert.match(policy, /default-src 'none'; script-src 'self'; style-src 'self';/)
    assert.match(policy, /frame-ancestors 'none'/)
    assert.doesNotMatch(policy, /unsafe|\*/)
  })

  it('are sent in the smallest form that the browser reads', async () => {
    const body = async (encoding?: string) =>
      (await ask('/console/assets/a-1.js', encoding && { 'accept-encoding': encoding }))!.body
    assert.equal(await body('gzip, deflate, br, zstd'), 'brotli')
    assert.equal(await body('gzip'), String(gzipSync('let a')))
    assert.equal(await body('br;q=0, gzip;q=0.5'), String(gzipSync('let a')))
    assert.equal(await body(), 'let a')
  })

  it('are kept by browsers if their name has a hash, and asked for again if not', async () => {
    assert.match((await ask('/console/assets/a-1.js'))!.headers['cache-control']!, /immutable/)
    assert.equal((await ask('/console/'))!.headers['cache-control'], 'no-cache')
  })

  it('are those that a page names, and no others', async () => {
    for (const path of ['/console/.sources', '/console/assets/a-1.js.br', '/console/../package.json', '/console/x'])
      assert.equal(await ask(path), undefined)
  })

  it('are for GET and HEAD alone, and are not there where the console is off or not built', async () => {
    assert.equal(await ask('/console/', {}, 'POST'), undefined)
    assert.equal(await ask('/console', {}, 'POST'), undefined)
    assert.equal((await ask('/console/', {}, 'HEAD'))?.status, 200)
    assert.deepEqual(consoleHandlers({ console: 'off' }, built), [])
    assert.deepEqual(consoleHandlers({ console: 'on' }, `${built}nowhere/`), [])
  })
})
