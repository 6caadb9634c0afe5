import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Line, readLine, readLines, textIn, textsIn, valuesIn } from './lines.ts'

/** The lines of a text that comes in pieces of a few bytes. */
async function read(text: string | Uint8Array, piece = 3): Promise<readonly Line[]> {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text
  const pieces = async function* () {
    for (let at = 0; at < bytes.length; at += piece) yield bytes.subarray(at, at + piece)
  }
  return (await Array.fromAsync(readLines('s3://b/in.json', pieces()))).flat().map(readLine)
}

describe('readLines', () => {
  it('reads objects, whatever ends their lines', async () => {
    const inputs = [{ userId: 'Zoë 🦊' }, { userId: '2', filterValues: { A: '"x"' } }]
    const lines = inputs.map(input => JSON.stringify(input))
    const expected = inputs.map((input, i) => ({ input, json: lines[i]! }))
    assert.deepEqual(await read(lines.join('\n')), expected)
    assert.deepEqual(await read(`\uFEFF${lines.join('\r\n')}\r\n\r\n \n`), expected)
    assert.deepEqual(await read(''), [])
  })

  it('tells of what is not an object', async () => {
    const [list, text, number] = await read('["a"]\n{"userId": "1"\n42')
    const advice = 'write each object whole on a line of its own, without a comma after it or brackets around all'
    const error = `The line must be a JSON object, got an array: ${advice}`
    assert.deepEqual(list, { json: JSON.stringify('["a"]'), error })
    const malformed = `The line must be a JSON object, and is malformed`
    assert.equal((text as { error: string }).error, `${malformed} at position 14; ${advice}`)
    assert.deepEqual(number, { json: '"42"', error: `The line must be a JSON object: ${advice}` })
    const inPieces = await read('[{"userId": "1"},\n{\n  "userId": "2"\n}]\nUSER_ID')
    assert.equal(inPieces.length, 5)
    for (const line of inPieces) assert.ok((line as { error: string }).error.endsWith(`; ${advice}`))
    const [single] = await read("{'userId': '1'}")
    assert.match((single as { error: string }).error, / at position 1: JSON has double quotes, as json\.dumps /)
  })

  it('tells of a line that is too deep, and reads those beside it', async () => {
    const deep = `{"userId":"1","x":${'['.repeat(100_000)}${']'.repeat(100_000)}}`
    const error = 'The line must be a JSON object, not nested more than 100 deep'
    const next = { input: { userId: '2' }, json: '{"userId":"2"}' }
    assert.deepEqual(await read(`${deep}\n{"userId":"2"}`, 4096), [{ json: JSON.stringify(deep), error }, next])
  })

  it('repeats an object as it was written, with all digits of its numbers, in one line', async () => {
    const [big, split] = await read('  { "userId": "1", "row": 9007199254740993, "price": 1.50 }\r\n{"userId":\r"2"}\n')
    assert.equal(big!.json, '{ "userId": "1", "row": 9007199254740993, "price": 1.50 }')
    assert.equal(split!.json, '{"userId":"2"}')
  })

  it('does not take a text for UTF-8 that is not: the ids would be those of others', async () => {
    const latin1 = Buffer.from('{"userId":"Ann"}\n{"userId":"Zoë"}\n', 'latin1')
    const message = 's3://b/in.json line 2: the text is not UTF-8: save the file as UTF-8'
    await assert.rejects(read(latin1), { name: 'JobFailure', message })
    await assert.rejects(read(latin1, 100), { name: 'JobFailure', message })
    await assert.rejects(read(Buffer.from('{"userId":"Ann"}\n"\xc3', 'latin1')), { name: 'JobFailure', message })
  })

  it('does not go on with a file that has no lines', async () => {
    const endless = `{"userId":"1"}\n{"userId":"${'x'.repeat(2 ** 21)}`
    const message = 's3://b/in.json line 2: a line must be a JSON object of 1048576 characters at most'
    await assert.rejects(read(endless, 2 ** 16), { name: 'JobFailure', message })
  })
})

describe('the members of a line', () => {
  it('are what they must be, or missing', () => {
    const input = { userId: '1', itemList: ['a'], filterValues: { A: '"x"' }, context: null }
    assert.deepEqual([textIn(input, 'userId'), textIn(input, 'itemId')], ['1', undefined])
    assert.deepEqual([textsIn(input, 'itemList'), textsIn(input, 'other')], [['a'], undefined])
    assert.deepEqual([valuesIn(input, 'filterValues'), valuesIn(input, 'context')], [{ A: '"x"' }, undefined])
    assert.equal(valuesIn(JSON.parse('{}'), '__proto__'), undefined)
  })

  it('are refused as what they are not', () => {
    const name = 'InvalidInputException'
    const wrong = (message: string) => ({ name, message })
    assert.throws(() => textIn({ userId: 42 }, 'userId'), wrong('userId must be a string, as "42", got 42'))
    assert.throws(
      () => textsIn({ itemList: ['a', 1] }, 'itemList'),
      wrong('itemList must be a list of strings, got ["a",1]'),
    )
    for (const key of ['USER_ID', 'UserId', 'user_id'])
      assert.throws(() => textIn({ [key]: 'a' }, 'userId'), wrong(`"${key}" must be written userId`))
    for (const values of ['"x"', ['x'], { A: 1 }]) {
      assert.throws(() => valuesIn({ values }, 'values'), {
        name,
        message: /^values must be an object whose members are/,
      })
    }
  })
})
