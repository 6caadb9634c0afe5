import { DEPTH_MAX, isTooDeep } from '../../contract/depth.ts'
import { InvalidInputException } from '../../contract/errors.ts'
import { isObject } from '../../contract/json.ts'
import { faultOf } from '../../contract/json-fault.ts'
import { trimmed } from '../../datasets/blanks.ts'
import { foldName } from '../../datasets/names.ts'
import { quote } from '../../datasets/values.ts'
import { decodeText, NOT_UTF8 } from '../csv/decode-text.ts'
import { JobFailure } from '../failure.ts'

/** Results for each line of input, unless told otherwise: creating-batch-inference-job.md. */
export const RESULTS = 25

/** The content of a line of input. */
export type Input = Readonly<Record<string, unknown>>

/**
 * A line of input, and the JSON under which the output repeats it. One that cannot be understood is a string there, and
 * has the fault.
 */
export type Line = { readonly input: Input; readonly json: string } | { readonly json: string; readonly error: string }

/** In characters. Longer ones are not held in memory: the file is something else. */
const LENGTH_MAX = 1 << 20

/**
 * Reads the lines of a file in chunks. Blank ones are left out.
 * @param uri the name of the file in failures
 * @throws JobFailure naming the file and the line where the file cannot be one of lines
 */
export async function* readLines(uri: string, content: AsyncIterable<Uint8Array>): AsyncGenerator<readonly string[]> {
  let count = 0
  for await (const { texts, isBroken } of splitLines(content)) {
    const long = texts.findIndex(text => text.length > LENGTH_MAX)
    if (long >= 0) {
      const where = `${uri} line ${count + long + 1}`
      throw new JobFailure(`${where}: a line must be a JSON object of ${LENGTH_MAX} characters at most`)
    }
    count += texts.length
    yield texts.filter(text => text.trim() !== '')
    if (isBroken) throw new JobFailure(`${uri} line ${count + 1}: ${NOT_UTF8}`)
  }
}

/** Of a text that is broken, the lines before the first that is not UTF-8. */
async function* splitLines(content: AsyncIterable<Uint8Array>) {
  let rest = ''
  for await (const { text, isBroken } of decodeText(content)) {
    const texts = (rest + text).split('\n')
    rest = texts.pop()!
    yield { texts: rest.length > LENGTH_MAX ? [...texts, rest] : texts, isBroken }
  }
  yield { texts: [rest], isBroken: false }
}

/**
 * Reads a line, which should be a JSON object. It is repeated as it was written: of a number beyond 2^53, which may be
 * an id that the caller joins by, a JavaScript number has other digits.
 */
export function readLine(line: string): Line {
  const text = line.trim() // which takes off a byte order mark
  const failed = (problem: string): Line => ({ json: JSON.stringify(text), error: `${NO_OBJECT}${problem}` })
  if (isTooDeep(text)) return failed(`, not nested more than ${DEPTH_MAX} deep`)
  try {
    const input: unknown = JSON.parse(text)
    // Some programs take a carriage return for the end of a line.
    if (isObject(input)) return { input, json: text.includes('\r') ? JSON.stringify(input) : text }
    return failed(`${Array.isArray(input) ? ', got an array' : ''}: ${JSON_LINES}`)
  } catch (error) {
    return failed(`, and is malformed${faultOf(text, error)}; ${JSON_LINES}`)
  }
}

const NO_OBJECT = 'The line must be a JSON object'
/** A file of one array, or of objects with an indent, has other lines. */
const JSON_LINES = 'write each object whole on a line of its own, without a comma after it or brackets around all'

/** A member of a line, without the blanks around it. @throws InvalidInputException where it is not a string */
export function textIn(input: Input, name: string): string | undefined {
  const value = memberOf(input, name)
  if (value === undefined || typeof value === 'string') return value && trimmed(value)
  throw wrong(name, 'a string, as "42"', value)
}

/** @throws InvalidInputException where it is not a list of strings */
export function textsIn(input: Input, name: string): readonly string[] | undefined {
  const value = memberOf(input, name)
  if (value === undefined || (Array.isArray(value) && value.every(text => typeof text === 'string')))
    return value?.map(trimmed)
  throw wrong(name, 'a list of strings', value)
}

/** @throws InvalidInputException where it is not an object whose members are strings */
export function valuesIn(input: Input, name: string): Readonly<Record<string, string>> | undefined {
  const value = memberOf(input, name)
  if (value === undefined) return undefined
  const isObject = typeof value === 'object' && !Array.isArray(value)
  if (isObject && Object.values(value as object).every(text => typeof text === 'string')) {
    return value as Readonly<Record<string, string>>
  }
  throw wrong(name, 'an object whose members are strings', value)
}

/** @throws InvalidInputException where the member is there in another spelling, since its value would not count */
function memberOf(input: Input, name: string): unknown {
  if (Object.hasOwn(input, name)) return input[name] ?? undefined
  const meant = Object.keys(input).find(key => key.length >= name.length && foldName(key) === name.toLowerCase())
  if (meant !== undefined) throw new InvalidInputException(`${quote(meant)} must be written ${name}`)
  return undefined
}

function wrong(name: string, right: string, value: unknown): InvalidInputException {
  return new InvalidInputException(`${name} must be ${right}, got ${JSON.stringify(value).slice(0, 80)}`)
}
