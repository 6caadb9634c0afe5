import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { constants, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { tableInPieces } from '#test/tables.ts'
import { openTable } from '../tables/open-table.ts'

async function read(
  content: Uint8Array,
  size = 1 << 16,
  unpacked?: (bytes: number) => void,
): Promise<readonly string[]> {
  const { chunks } = await openTable(tableInPieces('s3://b/x.csv', content, size), { fields: [], unpacked })
  return (await Array.fromAsync(chunks)).flatMap(({ rows }) => rows.map(row => row.join()))
}

const refuses = (content: Uint8Array, message: string) =>
  assert.rejects(read(content), { name: 'JobFailure', message: `s3://b/x.csv ${message}` })

describe('the content of a CSV file', () => {
  const text = Buffer.from('A,B\n1,"x"\n')

  for (const [name, compress] of [
    ['gzip', gzipSync],
    ['zstd', zstdCompressSync],
  ] as const) {
    it(`may be compressed with ${name}, in one piece or several`, async () => {
      for (const size of [1, 3, 1 << 16]) {
        assert.deepEqual(await read(compress(text), size), ['A,B', '1,x'])
        const two = Buffer.concat([compress(text), compress(Buffer.from('2,y\n'))])
        assert.deepEqual(await read(two, size), ['A,B', '1,x', '2,y'])
      }
      assert.deepEqual(await read(compress(Buffer.alloc(0))), [])
    })

    it(`is not kept while ${name} is decompressed, and counts as it is then`, async () => {
      const bomb = compress(Buffer.alloc(1 << 27, 'x'))
      await refuses(bomb, 'line 1: the row is longer than 1 MiB: a quote may not be closed')
      let all = 0
      const tooMuch = (bytes: number) => {
        all += bytes
        if (all > bomb.length) throw new Error('too much')
      }
      await assert.rejects(read(bomb, 1 << 16, tooMuch), /too much/)
    })

    it(`must be whole ${name}`, async () => {
      const whole = compress(Buffer.from(Array.from({ length: 1000 }, (_, i) => `${i},${i * i}\n`).join('')))
      await refuses(whole.subarray(0, whole.length - 5), `is ${name} whose end is missing: upload it again`)
      const damaged = Buffer.from(whole)
      damaged.fill(0xff, 10, 30)
      await assert.rejects(read(damaged), RegExp(`^JobFailure: s3://b/x\\.csv is ${name}, but damaged: `))
    })
  }

  it('may be zstd whose first frame is to be skipped, as pzstd writes', async () => {
    const skipped = Buffer.from('502a4d180400000061626364', 'hex')
    assert.deepEqual(await read(Buffer.concat([skipped, zstdCompressSync(text)])), ['A,B', '1,x'])
  })

  it('may be zstd of several frames, with checksums and others to be skipped, in pieces of any size', async () => {
    const checksum = { params: { [constants.ZSTD_c_checksumFlag]: 1 } }
    const rows = Array.from({ length: 40_000 }, (_, i) => `${i},${(i * i) % 7919}\n`)
    const part = (from: number, to: number) => Buffer.from(rows.slice(from, to).join(''))
    const skipped = Buffer.from('5f2a4d1800000000', 'hex')
    const frames = [
      zstdCompressSync(text),
      skipped,
      zstdCompressSync(part(0, 39_000), checksum),
      zstdCompressSync(Buffer.alloc(0)),
      zstdCompressSync(part(39_000, 40_000)),
      skipped,
    ]
    const expected = ['A,B', '1,x', ...rows.map(row => row.trim())]
    for (const size of [7, 1000, 1 << 16, 1 << 24]) assert.deepEqual(await read(Buffer.concat(frames), size), expected)
    for (const cut of [1, 3, 7]) {
      const whole = Buffer.concat(frames.slice(0, 5))
      await refuses(whole.subarray(0, whole.length - cut), 'is zstd whose end is missing: upload it again')
    }
    await refuses(Buffer.concat([...frames, Buffer.from([0x28])]), 'is zstd whose end is missing: upload it again')
  })

  it('must be zstd to its end: what follows would be left out unseen', async () => {
    const whole = zstdCompressSync(text)
    for (const more of [
      Buffer.from('2,y\n'),
      gzipSync('2,y\n'),
      Buffer.concat([Buffer.alloc(1), zstdCompressSync('2,y\n')]),
    ])
      for (const size of [1, 1 << 16]) {
        const { chunks } = await openTable(tableInPieces('s3://b/x.csv', Buffer.concat([whole, more]), size), {
          fields: [],
        })
        const message = `s3://b/x.csv is zstd, but damaged: other content begins at its byte ${whole.length + 1}`
        await assert.rejects(Array.fromAsync(chunks), { name: 'JobFailure', message })
      }
  })

  it('may not be zstd with a window that takes more memory than others allow', async () => {
    // Of a frame of a window of 1 GiB: its header, and an empty last block.
    await refuses(
      Buffer.from('28b52ffd00a0010000', 'hex'),
      'is zstd with a window of more than 128 MiB: compress it without --long',
    )
  })

  it('is told by its first bytes where it is something else', async () => {
    const utf16 = Buffer.from('A,B\n1,x\n', 'utf16le')
    const UTF16 = 'must be CSV in UTF-8, and is UTF-16: save it as UTF-8 (in Excel, CSV UTF-8)'
    await refuses(Buffer.concat([Buffer.from([0xff, 0xfe]), utf16]), UTF16)
    await refuses(Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from(utf16).swap16()]), UTF16)
    await refuses(utf16, UTF16)
    await refuses(Buffer.from('fffe000041000000', 'hex'), 'must be CSV in UTF-8, and is UTF-32: save it as UTF-8')
    await refuses(Buffer.from(utf16).swap16(), UTF16)
    for (const [content, what] of [
      [Buffer.concat([Buffer.from('PK\x03\x04'), deflateRawSync(text)]), /is a zip file, as Excel workbooks/],
      [Buffer.from('PARE\x15\x04'), /is encrypted Parquet: write it without encryption$/],
      [Buffer.from('d0cf11e0a1b11ae1', 'hex'), /is an Excel workbook/],
      [Buffer.from('{"USER_ID":"a"}\n{"USER_ID":"b"}\n'), /is JSON/],
      [Buffer.from('\ufeff [{"USER_ID":"a"}]'), /is JSON/],
      [Buffer.from('<!DOCTYPE html>'), /is HTML or XML/],
      [Buffer.from('BZh91AY', 'latin1'), /is compressed \(bzip2/],
      [Buffer.from('ARROW1\0\0'), /is ORC, Avro or Arrow/],
      [Buffer.from('04224d1864', 'hex'), /is compressed \(LZ4, Snappy, zlib or compress\)/],
      [deflateSync(text), /is compressed \(LZ4, Snappy, zlib or compress\)/],
      [Buffer.from('80049528', 'hex'), /is a file of Python, NumPy or HDF5/],
      [gzipSync(gzipSync(text)), /x\.csv \(decompressed\) must be CSV in UTF-8, and is gzip in another compression/],
      [gzipSync('PAR1'), /x\.csv \(decompressed\) must be CSV in UTF-8, and is Parquet, which has a compression/],
    ] as const)
      await assert.rejects(read(content), what)
  })
})
