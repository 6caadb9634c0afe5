import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { stringify } from 'csv-stringify/sync'
import { fc } from '#test/properties.ts'
import { tableInPieces } from '#test/tables.ts'
import { openTable } from '../tables/open-table.ts'

/** @param size how many bytes come at once */
async function read(text: string, size = 1 << 16): Promise<readonly (readonly string[])[]> {
  const { chunks } = await openTable(tableInPieces('x.csv', text, size), { fields: [] })
  return (await Array.fromAsync(chunks)).flatMap(({ rows }) => rows)
}

/** The cells of rows after a header of as many. */
async function cellsOf(text: string, size?: number) {
  const width = text.startsWith('#') ? 1 : 2
  const [, ...rows] = await read(`${['A', 'B'].slice(0, width).join(',')}\n${text.replace(/^#/, '')}`, size)
  return rows
}

const character = fc.constantFrom('"', '\\', ',', '\n', '\r\n', ' ', '|', 'a', 'é', '👍')
const cell = fc.array(character, { maxLength: 8 }).map(all => all.join(''))
const table = fc.array(fc.tuple(fc.constant('id'), cell, cell), { maxLength: 6 })
const sizes = fc.integer({ min: 1, max: 40 })

describe('quotes and backslashes in a CSV file', () => {
  it('are read as RFC 4180 has them, whatever is in the cells', async () => {
    const options = fc.record({ quoted: fc.boolean(), record_delimiter: fc.constantFrom('\n', '\r\n') })
    await fc.assert(
      fc.asyncProperty(table, options, sizes, async (rows, options, size) => {
        const text = stringify([['A', 'B', 'C'], ...rows], { ...options, quoted_match: /[\r\n]/ })
        assert.deepEqual((await read(text, size)).slice(1), rows)
      }),
      { numRuns: 1000 },
    )
  })

  it('are read as the guide escapes them, where a row has an escaped quote', async () => {
    const escaped = (text: string) => `"${text.replaceAll(/["\\]/g, '\\$&')}"`
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.constant('say "hi"'), cell)), sizes, async (rows, size) => {
        const plain = rows.map(([first, other]) => [first, other.replaceAll(/[",\n\r]/g, '_')])
        const text = plain.map(row => row.map(escaped).join(',')).join('\n')
        assert.deepEqual(await cellsOf(text, size), plain)
      }),
    )
  })

  it('are read by what follows them', async () => {
    for (const [text, ...cells] of [
      ['"say ""hi""",x', 'say "hi"', 'x'],
      ['"say \\"hi\\"",x', 'say "hi"', 'x'],
      ['"say \\"hi\\" and ""bye""",x', 'say "hi" and "bye"', 'x'],
      // A backslash at the end of a cell is one, as every program but the guide's writes it.
      ['"C:\\dir\\",x', 'C:\\dir\\', 'x'],
      ['C:\\dir\\,"x"', 'C:\\dir\\', 'x'],
      ['"C:\\\\dir","a"', 'C:\\\\dir', 'a'],
      ['"C:\\\\say \\"hi\\"",x', 'C:\\say "hi"', 'x'],
      ['x, "a, b"', 'x', 'a, b'],
      ['  "say ""hi""", x', 'say "hi"', ' x'],
      // Blanks may follow a quote as well as precede it.
      ['"say ""hi"""  , "x" ', 'say "hi"', 'x'],
      ['"C:\\dir\\" , "x"', 'C:\\dir\\', 'x'],
      ['"say \\"hi\\" " , "x"', 'say "hi" ', 'x'],
      // Read by the RFC these have one cell, or none.
      ['"6\\", or more",x', '6", or more', 'x'],
      ['x,"ends in a quote: \\""', 'x', 'ends in a quote: "'],
      ['"{""a"":""x\\"""",""b"":1}",x', '{"a":"x\\"","b":1}', 'x'],
    ] as const) {
      assert.deepEqual(await cellsOf(text), [cells], text)
      assert.deepEqual(await cellsOf(text, 1), [cells], text)
      assert.deepEqual((await cellsOf(`${text}\r\n"y","z"\r\n`))[1], ['y', 'z'], text)
    }
  })

  it('go over lines, whether they are doubled or escaped', async () => {
    const rows = [
      ['two\nlines \\', 'a "b"\r\nc'],
      ['d', 'e'],
    ]
    assert.deepEqual(await cellsOf('"two\nlines \\","a ""b""\r\nc"\nd,e\n'), rows)
    assert.deepEqual(await cellsOf('"two\nlines \\\\","a \\"b\\"\r\nc"\nd,e\n'), rows)
    assert.deepEqual(await cellsOf('#"a \\"b\\"\nc\\""\n"c"\n'), [['a "b"\nc"'], ['c']])
  })
})
