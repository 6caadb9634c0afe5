import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Options, parse } from 'csv-parse/sync'
import { fc } from '#test/properties.ts'
import { tableInPieces } from '#test/tables.ts'
import { InvalidInputException } from '../../contract/errors.ts'
import { readTables } from './read-tables.ts'

/** @param chunkBytes how much of the content comes at once; all of it where it is not given */
async function read(content: string | Buffer, chunkBytes?: number): Promise<readonly (readonly string[])[]> {
  const all: (readonly string[])[] = []
  const compile = (header: readonly string[]) => {
    if (header.includes('WRONG')) throw new InvalidInputException('WRONG is no column')
    return (cells: readonly string[]) => {
      if (cells.includes('bad')) throw new InvalidInputException('B must be good')
      return cells
    }
  }
  const files = [tableInPieces('s3://b/x.csv', content, chunkBytes)]
  for await (const rows of readTables(files, compile, { fields: [] })) all.push(...rows)
  return all
}

const refuses = (content: string | Buffer, message: string) =>
  assert.rejects(read(content), { name: 'JobFailure', message: `s3://b/x.csv ${message}` })

/** The same rows as csv-parse reads them. */
const CSV_OPTIONS: Options = {
  bom: true,
  record_delimiter: ['\r\n', '\n'],
  relax_column_count: true,
  skip_empty_lines: true,
}

describe('readTables', () => {
  it('reads rows after a header, with LF or CRLF, with a byte order mark or without', async () => {
    const rows = [
      ['1', 'x'],
      ['2', 'y'],
    ]
    assert.deepEqual(await read('A,B\n1,x\n2,y\n'), rows)
    assert.deepEqual(await read('\ufeffA,B\r\n1,x\r\n\r\n2,y'), rows)
  })

  it('reads quoted cells with commas, lines and quotes in them', async () => {
    const text = 'A,B\n1,"a, b\r\nc"\n2,"say \\"hi\\""\n3,"say ""hi"""\n4,"C:\\new"\n'
    assert.deepEqual(await read(text), [
      ['1', 'a, b\r\nc'],
      ['2', 'say "hi"'],
      ['3', 'say "hi"'],
      ['4', 'C:\\new'],
    ])
  })

  it('reads a thousand rows and a half as well as one', async () => {
    const rows = Array.from({ length: 4000 }, (_, i) => [String(i), 'x'])
    assert.deepEqual(await read(['A,B', ...rows.map(row => row.join(','))].join('\n')), rows)
  })

  it('reads the lines before the first quote as csv-parse reads them', async () => {
    const character = fc.constantFrom('a', 'é', '👍', ' ', ',', ',', '\n', '\n', '\r', '\r\n', '\\', '\t', '\ufeff')
    const text = fc.array(character, { maxLength: 60 }).map(all => `A,B\n${all.join('')}`)
    await fc.assert(
      fc.asyncProperty(
        text,
        fc.constantFrom('', '"q"', ',"q\n"\n', '\n"q,",1\n2,3'),
        fc.integer({ min: 1, max: 40 }),
        async (plain, quoted, size) => {
          const isQuoteAtStart = quoted === '' || quoted[0] !== '"' || /[,\n]$/.test(plain)
          // Of the last line, whose end may be missing, csv-parse keeps the half.
          fc.pre(isQuoteAtStart && !(plain + quoted).endsWith('\r'))
          assert.deepEqual(await read(plain + quoted, size), parse(plain + quoted, CSV_OPTIONS).slice(1))
        },
      ),
    )
  })

  it('names the line of what is wrong', async () => {
    await refuses('A,WRONG\n', 'line 1: WRONG is no column')
    await refuses('A,B\n1,x\n\n2,bad\n', 'line 4: B must be good')
    await refuses(`A,B\n${'1,x\n'.repeat(5000)}2,bad`, 'line 5002: B must be good')
    await refuses('A,B\n"1",x\n\n2,bad\n', 'line 4: B must be good')
    await refuses(`A,B\n${'1,x\n'.repeat(5000)}"2",bad`, 'line 5002: B must be good')
    await refuses('A,B\r\n"1\r\n\r\n",x\r\n2,bad\r\n', 'line 5: B must be good')
    await refuses(Buffer.from('A,B\n1,x\n2,\xff\n', 'latin1'), 'line 3: the text is not UTF-8: save the file as UTF-8')
    await refuses(
      Buffer.from('A,B\n"1",x\n2,\xff\n', 'latin1'),
      'line 3: the text is not UTF-8: save the file as UTF-8',
    )
  })

  it('says what is wrong with quotes', async () => {
    await assert.rejects(read('A,B\n1,"x"y\n'), /line 2: the quoted cell that begins here must end with its quote/)
    await assert.rejects(read('A,B\n1,5" disk\n'), /line 2: a cell with a quote in it must be in quotes/)
    await refuses('A,B\n1,"x\n2,y\n', 'line 2: the quote that is opened here is not closed')
    await assert.rejects(read(`A,B\n1,"${'x'.repeat(1 << 21)}\n`), /longer than 1 MiB/)
    await assert.rejects(read(`A,B\n1,${'x'.repeat(1 << 21)}\n`, 1 << 16), /line 2: the row is longer than 1 MiB/)
  })

  it('names the line on which a quote was opened that ends somewhere else', async () => {
    const problem = 'the quoted cell that begins here must end with its quote; for a quote in it write "" or \\"'
    await refuses('A,B\n1,"x\n2,y\n3,"z"\n', `line 2: ${problem}`)
    await refuses('A,B\n1,y\n"a\n",x\n3,"z\n4,z\n', 'line 5: the quote that is opened here is not closed')
  })

  it('tells of bad rows before what cannot be read any more', async () => {
    await refuses(
      'A,B\n1,bad\n2,x\n3,"z\n',
      'line 2: B must be good. Also: s3://b/x.csv line 4: the quote that is opened here is not closed',
    )
  })

  it('says what is wrong with line ends', async () => {
    const message = 'line 1: lines end in a carriage return (CR) alone: save the file with line ends of LF or CRLF'
    await refuses('A,B\r1,x\r2,y\r', message)
    await refuses('"A","B"\r"1","x"\r', message)
    await refuses(`A,B\r${'1,x\r'.repeat(1 << 19)}`, message)
    for (const text of ['A,B\r\r\n1,x\r\r\n', '"A","B"\r\r\n"1","x"\r\r\n'])
      await assert.rejects(read(text), /line 1: lines end in CR CR LF, .*; in Python, open it with newline=''$/)
  })

  it('refuses a file without a header', async () => {
    for (const empty of ['', '\n\n', '\ufeff'])
      await refuses(empty, 'is empty: it must begin with the names of the columns')
  })
})
