import { InvalidInputException } from '../contract/errors.ts'
import type { Literal } from './ast.ts'

export interface Token {
  readonly kind: 'word' | 'number' | 'string' | 'placeholder' | 'symbol' | 'end'
  /** Without the quotation marks of a string, and the `$` of a placeholder. */
  readonly text: string
  /** The column where it begins, from 1. */
  readonly column: number
}

const NUMBER = /[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/
const numberAlone = new RegExp(`^${NUMBER.source}$`)

const lexemes = [
  /(?<word>[A-Za-z_]\w*)/,
  new RegExp(`(?<number>${NUMBER.source})`),
  /"(?<double>(?:[^"\\]|\\.)*)"/,
  /'(?<single>(?:[^'\\]|\\.)*)'/,
  /\$(?<placeholder>\w+)/,
  /(?<symbol><=|>=|!=|<>|==|[=<>(),.|*])/,
  /(?<end>$)/,
]
const lexeme = new RegExp(`\\s*(?:${lexemes.map(({ source }) => source).join('|')})`, 'sy')

/** A place in a text of tokens. */
export interface Cursor {
  /** The token that comes next. */
  peek(): Token
  /** Takes the next token if it is this word, in any case, or this symbol. */
  accept(word: string): boolean
  /** Takes the next token if it is one of these kinds. */
  take(...kinds: readonly Token['kind'][]): Token | undefined
  /** @throws InvalidInputException naming the next token and the one that is expected */
  fail(expected: string): never
}

/**
 * Reads tokens one by one. Strings are in double quotes, as in the guide, or in single ones, as in AWS's samples
 * (aws-samples/amazon-personalize-filter-rotator). Inside, a backslash escapes a quotation mark or a backslash.
 * @param prefix the beginning of the messages
 */
export function openCursor(text: string, prefix: string): Cursor {
  let next = readToken(text, 0, prefix)
  const take = () => {
    const { token, end } = next
    if (token.kind !== 'end') next = readToken(text, end, prefix)
    return token
  }
  return {
    peek: () => next.token,
    accept(word) {
      const { kind, text } = next.token
      if ((kind !== 'word' && kind !== 'symbol') || text.toUpperCase() !== word.toUpperCase()) return false
      take()
      return true
    },
    take: (...kinds) => (kinds.includes(next.token.kind) ? take() : undefined),
    fail: expected => refuseSymbol(prefix, text, next.token.column, expected),
  }
}

function readToken(text: string, from: number, prefix: string): { token: Token; end: number } {
  lexeme.lastIndex = from
  const groups = lexeme.exec(text)?.groups
  if (!groups) {
    const column = from + text.slice(from).search(/\S/) + 1
    refuseSymbol(prefix, text, column, expectedFor(text[column - 1]!))
  }
  const end = lexeme.lastIndex
  const { double, single, ...others } = groups
  const string = double ?? single
  if (string !== undefined)
    return { token: { kind: 'string', text: withoutBackslashes(string), column: end - string.length - 1 }, end }
  const [kind, value] = Object.entries(others).find(([, value]) => value !== undefined) as [Token['kind'], string]
  return { token: { kind, text: value, column: end - value.length + (kind === 'placeholder' ? 0 : 1) }, end }
}

/**
 * The right thing in the place of a character that begins no token. Word processors make typographic quotes, programs
 * write lists in brackets, and other languages write placeholders as `:genre`, `{genre}` and `${genre}`.
 */
function expectedFor(character: string): string {
  if (/["']/.test(character)) return 'a closing quotation mark'
  if (character === '[') return 'values with commas between them, as "drama", "horror"; IN has them in ( and )'
  if (/[${:]/.test(character)) return 'a word, an operator or a value; a placeholder is written $GENRE'
  return /[\p{Pi}\p{Pf}„‚]/u.test(character) ? 'a straight quotation mark, " or \'' : 'a word, an operator or a value'
}

const withoutBackslashes = (text: string) => text.replace(/\\(["'\\])/g, '$1')

function refuseSymbol(prefix: string, text: string, column: number, expected: string): never {
  const symbol = /^(?:\$?\w+|[<>!=]=|<>|"[^"]*"|.)/su.exec(text.slice(column - 1))?.[0].slice(0, 40) ?? 'the end'
  throw new InvalidInputException(`${prefix}Invalid input symbol: ${symbol} at column ${column}: expected ${expected}`)
}

/**
 * Reads a number. Returns a bigint if it is whole and beyond 2^53. Returns undefined if it is not written in decimals,
 * or out of the range of a double.
 */
export function readNumber(text: string): Exclude<Literal, string> | undefined {
  if (!numberAlone.test(text)) return undefined
  const number = Number(text)
  if (/^[+-]?\d+$/.test(text) && !Number.isSafeInteger(number)) return BigInt(text)
  return Number.isFinite(number) ? number + 0 : undefined
}
