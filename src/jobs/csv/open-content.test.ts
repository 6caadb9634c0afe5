import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { deflateRawSync, gzipSync } from 'node:zlib'
import { parseCsv } from './parse-csv.ts'

async function read(content: Uint8Array, size = 1 << 16): Promise<readonly string[]> {
  const chunks = (async function* () {
    for (let from = 0; from < content.length; from += size) yield content.subarray(from, from + size)
  })()
  return (await Array.fromAsync(parseCsv('s3://b/x.csv', chunks))).flatMap(({ rows }) => rows.map(row => row.join()))
}

const refuses = (content: Uint8Array, message: string) =>
  assert.rejects(read(content), { name: 'JobFailure', message: `s3://b/x.csv ${message}` })

describe('the content of a CSV file', () => {
  const text = Buffer.from('A,B\n1,"x"\n')

  it('may be compressed with gzip, in one piece or several', async () => {
    for (const size of [1, 3, 1 << 16]) {
      assert.deepEqual(await read(gzipSync(text), size), ['A,B', '1,x'])
      assert.deepEqual(await read(Buffer.concat([gzipSync(text), gzipSync('2,y\n')]), size), ['A,B', '1,x', '2,y'])
    }
    assert.deepEqual(await read(gzipSync('')), [])
  })

  it('is not kept while it is decompressed', async () => {
    const bomb = gzipSync(Buffer.alloc(1 << 27, 'x'))
    await refuses(bomb, 'line 1: the row is longer than 1 MiB: a quote may not be closed')
  })

  it('must be whole', async () => {
    const whole = gzipSync('A,B\n1,x\n'.repeat(1000))
    await refuses(whole.subarray(0, whole.length - 9), 'is gzip whose end is missing: upload it again')
    const damaged = Buffer.from(whole)
    damaged.fill(0xff, 20, 30)
    await assert.rejects(read(damaged), /^JobFailure: s3:\/\/b\/x\.csv is gzip, but damaged: /)
  })

  it('is told by its first bytes where it is something else', async () => {
    const utf16 = Buffer.from('A,B\n1,x\n', 'utf16le')
    const UTF16 = 'must be CSV in UTF-8, and is UTF-16: save it as UTF-8 (in Excel, CSV UTF-8)'
    await refuses(Buffer.concat([Buffer.from([0xff, 0xfe]), utf16]), UTF16)
    await refuses(Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from(utf16).swap16()]), UTF16)
    await refuses(utf16, UTF16)
    await refuses(Buffer.from(utf16).swap16(), UTF16)
    for (const [content, what] of [
      [Buffer.concat([Buffer.from('PK\x03\x04'), deflateRawSync(text)]), /is a zip file, as Excel workbooks/],
      [Buffer.from('PAR1\x15\x04'), /is Parquet: write it as CSV$/],
      [Buffer.from('d0cf11e0a1b11ae1', 'hex'), /is an Excel workbook/],
      [Buffer.from('{"USER_ID":"a"}\n{"USER_ID":"b"}\n'), /is JSON/],
      [Buffer.from('\ufeff [{"USER_ID":"a"}]'), /is JSON/],
      [Buffer.from('<!DOCTYPE html>'), /is HTML or XML/],
      [Buffer.from('28b52ffd00', 'hex'), /is compressed \(bzip2/],
      [gzipSync(gzipSync(text)), /x\.csv \(decompressed\) must be CSV in UTF-8, and is gzip in gzip/],
      [gzipSync('PAR1'), /x\.csv \(decompressed\) must be CSV in UTF-8, and is Parquet/],
    ] as const)
      await assert.rejects(read(content), what)
  })
})
