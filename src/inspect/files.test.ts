import assert from 'node:assert/strict'
import { mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { gzipSync } from 'node:zlib'
import { startTestServer, type TestServer } from '#test/server.ts'
import { openInspection } from '../cli/client.ts'
import { LOCAL_KEY } from '../config/config.ts'

const UPLOAD = '0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0'

describe('/inspect/files', () => {
  let server: TestServer
  before(async () => {
    server = await startTestServer()
  })
  after(() => server[Symbol.asyncDispose]())

  const ask = (method: 'GET' | 'PUT' | 'DELETE', asked: { query?: Record<string, string>; body?: object } = {}) =>
    openInspection(server.url, LOCAL_KEY)<Record<string, unknown>>(method, '/inspect/files', asked)
  const put = (text: string, members: object = {}) => {
    const content = Buffer.from(text).toString('base64')
    return ask('PUT', { body: { upload: UPLOAD, name: 'users.csv', offset: 0, isLast: true, content, ...members } })
  }
  const home = () => join(server.dataDir, 's3/personalite-console-uploads')

  it('puts a file in pieces, which jobs then read at its location', async () => {
    assert.deepEqual(await put('USER_ID,AGE\na', { isLast: false }), { bytes: 13 })
    assert.deepEqual(await readdir(join(home(), UPLOAD)), ['users.csv.unfinished'])
    assert.deepEqual(await put('nn,30\n', { offset: 13, isLast: false }), { bytes: 19 })
    // The reply did not arrive: the same piece again.
    assert.deepEqual(await put('nn,30\n', { offset: 13, isLast: false }), { bytes: 19 })
    const { location } = await put('ben,31\n', { offset: 19 })
    assert.deepEqual(await put('ben,31\n', { offset: 19 }), { bytes: 26, location })
    assert.equal(location, `s3://personalite-console-uploads/${UPLOAD}/users.csv`)
    assert.equal(await readFile(join(home(), UPLOAD, 'users.csv'), 'utf8'), 'USER_ID,AGE\nann,30\nben,31\n')
    const { rows, lines, files, isAll } = await ask('GET', { query: { location: String(location) } })
    assert.deepEqual(rows, [
      ['USER_ID', 'AGE'],
      ['ann', '30'],
      ['ben', '31'],
    ])
    assert.deepEqual([lines, files, isAll], [[1, 2, 3], 1, true])
  })

  it('deletes a file, and those that were left for a week', async () => {
    const { location } = await put('USER_ID\nann\n')
    await ask('DELETE', { query: { location: String(location) } })
    assert.deepEqual(await readdir(home()), [])
    await put('USER_ID\nann\n', { upload: 'a'.repeat(36) })
    await utimes(join(home(), 'a'.repeat(36)), 1_000_000, 1_000_000)
    await put('USER_ID\nben\n')
    assert.deepEqual(await readdir(home()), [UPLOAD])
  })

  it('shows the beginning of a file or of a folder in a bucket, decompressed', async () => {
    const bucket = join(server.dataDir, 's3/shop/items')
    await mkdir(bucket, { recursive: true })
    const lines = Array.from({ length: 2000 }, (_, n) => `i${n},${n}`)
    await writeFile(join(bucket, 'a.csv.gz'), gzipSync(`ITEM_ID,PRICE\n${lines.join('\n')}\n`))
    await writeFile(join(bucket, 'b.csv'), 'ITEM_ID,PRICE\nz,1\n')
    const found = await ask('GET', { query: { location: 's3://shop/items/' } })
    const rows = found.rows as string[][]
    assert.deepEqual([found.location, found.files, found.isAll], ['s3://shop/items/a.csv.gz', 2, false])
    assert.deepEqual([rows.length, rows[1], rows.at(-1)], [500, ['i0', '0'], ['i498', '498']])
  })

  it('says whether files can be put', async () => {
    assert.deepEqual(await ask('GET'), { canPut: true, maxBytes: 512 << 20, pieceBytes: 2 << 20 })
    await using other = await startTestServer({ s3: 'endpoint' })
    const asked = openInspection(other.url, LOCAL_KEY)
    assert.equal((await asked<{ canPut: boolean }>('GET', '/inspect/files')).canPut, false)
    const body = { upload: UPLOAD, name: 'a.csv', offset: 0, content: 'YQ==' }
    await assert.rejects(asked('PUT', '/inspect/files', { body }), /reads its files in S3: put the file there/)
  })

  it('names the wrong member, and leads out of its folder nowhere', async () => {
    for (const [members, message] of [
      [{ upload: '../../../../../etc' }, /upload must be 16 to 64 characters/],
      [{ upload: 'A'.repeat(20) }, /upload must be 16 to 64 characters/],
      [{ name: '..' }, /name must be/],
      [{ name: 'a/b.csv' }, /name must be/],
      [{ upload: 'b'.repeat(36), offset: 5 }, /offset must be 0 for the first piece/],
      [{ offset: 1000 }, /offset must be \d+, where the pieces before it end/],
      [{ offset: (512 << 20) - 3, content: 'YWJjZA==' }, /must be of 536870912 bytes at most/],
      [{ content: Buffer.alloc((2 << 20) + 1).toString('base64') }, /content must be of 2097152 bytes at most/],
      [{ content: '' }, /content must be a text/],
      [{ isLast: 'yes' }, /isLast must be true or false/],
      [{ more: 1 }, /more is not a member/],
    ] as const) {
      if ('offset' in members && members.offset === 1000) await put('USER_ID\n', { isLast: false })
      await assert.rejects(put('USER_ID\n', members), message)
    }
    for (const location of ['s3://shop/items/a.csv.gz', 's3://personalite-console-uploads/../secret', 'x'])
      await assert.rejects(ask('DELETE', { query: { location } }), /must be/)
    for (const [location, message] of [
      ['s3://shop/none.csv', /There is no CSV or Parquet file at s3:\/\/shop\/none\.csv/],
      ['s3://shop/../secret', /leads out of its bucket/],
      ['https://x', /location must be s3:\/\/BUCKET/],
    ] as const)
      await assert.rejects(ask('GET', { query: { location } }), message)
  })
})
