import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { InvalidInputException } from '../../contract/errors.ts'
import { readCsv } from './read-csv.ts'

async function read(content: string | Buffer): Promise<readonly (readonly string[])[]> {
  const all: (readonly string[])[] = []
  const chunks = (async function* () {
    yield Buffer.from(content as string)
  })()
  const compile = (header: readonly string[]) => {
    if (header.includes('WRONG')) throw new InvalidInputException('WRONG is no column')
    return (cells: readonly string[]) => {
      if (cells.includes('bad')) throw new InvalidInputException('B must be good')
      return cells
    }
  }
  for await (const rows of readCsv('s3://b/x.csv', chunks, compile)) all.push(...rows)
  return all
}

const refuses = (content: string | Buffer, message: string) =>
  assert.rejects(read(content), { name: 'JobFailure', message: `s3://b/x.csv ${message}` })

describe('readCsv', () => {
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

  it('names the line of what is wrong', async () => {
    await refuses('A,WRONG\n', 'line 1: WRONG is no column')
    await refuses('A,B\n1,x\n\n2,bad\n', 'line 4: B must be good')
    await refuses(`A,B\n${'1,x\n'.repeat(5000)}2,bad`, 'line 5002: B must be good')
    await refuses(Buffer.from('A,B\n1,x\n2,\xff\n', 'latin1'), 'line 3: the text is not UTF-8')
  })

  it('says what is wrong with quotes', async () => {
    await assert.rejects(read('A,B\n1,"x"y\n'), /line 2: a quoted cell must end with its quote/)
    await assert.rejects(read('A,B\n1,5" disk\n'), /line 2: a cell with a quote in it must be in quotes/)
    await assert.rejects(read('A,B\n1,"x\n2,y\n'), /a quote that was opened here or before is not closed/)
    await assert.rejects(read(`A,B\n1,"${'x'.repeat(1 << 21)}\n`), /longer than 1 MiB/)
  })

  it('refuses a file without a header', async () => {
    for (const empty of ['', '\n\n', '\ufeff']) await refuses(empty, 'is empty: its first line must name the columns')
  })
})
