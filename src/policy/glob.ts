import type { ContextOf } from './request.ts'

const ANY = Symbol('*')
const ONE = Symbol('?')

/** A policy variable: the name of a context key in lower case, and its text where the request has no such key. */
interface Variable {
  readonly key: string
  readonly fallback: string | undefined
}

/** A character, a wildcard or a variable. */
type Token = string | typeof ANY | typeof ONE | Variable

/** A text of a policy in which `*` is any text, `?` any character, and `${key}` a value of the request. */
export interface Glob {
  readonly tokens: readonly Token[]
  readonly hasVariables: boolean
  /** The text itself, where nothing in it is a wildcard or a variable. */
  readonly literal: string | undefined
}

const VARIABLE = /^\$\{([^{}$]*)\}/
const WITH_DEFAULT = /^\s*([^,\s']+)\s*,\s*'([^']*)'\s*$/
const SPECIAL = new Set(['*', '?', '$'])

export interface GlobOptions {
  readonly wildcards: boolean
  readonly variables: boolean
  /** Whether letters are compared without their case. */
  readonly ignoreCase?: boolean
}

/**
 * Reads a text of a policy. `${*}`, `${?}` and `${$}` are those characters themselves.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 * @param isKey whether a variable's name, in lower case, is a context key with one value
 * @throws Error with the variable that cannot be read
 */
export function readGlob(text: string, options: GlobOptions, isKey: (key: string) => boolean = () => true): Glob {
  const tokens: Token[] = []
  let at = 0
  while (at < text.length) {
    const variable = options.variables && text.startsWith('${', at) ? readVariable(text.slice(at), isKey) : undefined
    if (variable) {
      tokens.push(variable.token)
      at += variable.length
      continue
    }
    const character = String.fromCodePoint(text.codePointAt(at)!)
    if (options.wildcards && character === '*') tokens.push(ANY)
    else if (options.wildcards && character === '?') tokens.push(ONE)
    else tokens.push(options.ignoreCase ? character.toLowerCase() : character)
    at += character.length
  }
  return globOf(tokens)
}

function globOf(tokens: readonly Token[]): Glob {
  const isLiteral = tokens.every(token => typeof token === 'string')
  return { tokens, hasVariables: tokens.some(isVariable), literal: isLiteral ? tokens.join('') : undefined }
}

function readVariable(text: string, isKey: (key: string) => boolean): { token: Token; length: number } {
  const found = VARIABLE.exec(text)
  if (!found) throw new Error(`has a variable without its end: ${text.slice(0, 40)}`)
  const [whole, inside] = found as unknown as [string, string]
  if (SPECIAL.has(inside)) return { token: inside, length: whole.length }
  const [, name = inside, fallback] = WITH_DEFAULT.exec(inside) ?? []
  const key = name.toLowerCase()
  if (!isKey(key)) throw new Error(`has the variable ${whole}, which no request has as one text`)
  return { token: { key, fallback }, length: whole.length }
}

const isVariable = (token: Token): token is Variable => typeof token === 'object'

/** Whether it is `*` alone. */
export function isAnything({ tokens }: Glob): boolean {
  return tokens.length === 1 && tokens[0] === ANY
}

/** The text of a glob as a policy writes it, but for variables: each is a space, which no name has. */
export function patternText({ tokens }: Glob): string {
  return tokens.map(token => (token === ANY ? '*' : token === ONE ? '?' : isVariable(token) ? ' ' : token)).join('')
}

/** Splits at the first characters `separator`: into `parts` at most. */
export function splitGlob({ tokens }: Glob, separator: string, parts: number): readonly Glob[] {
  const split: Token[][] = [[]]
  for (const token of tokens) {
    if (token === separator && split.length < parts) split.push([])
    else split.at(-1)!.push(token)
  }
  return split.map(globOf)
}

/**
 * Whether the whole text is as the glob says. A glob with a variable that the request does not have matches nothing. A
 * variable's value is taken as it is: `*` in it is no wildcard.
 */
export function matchesGlob(glob: Glob, text: string, context: ContextOf): boolean {
  if (glob.literal !== undefined) return glob.literal === text
  const pattern = glob.hasVariables ? withValues(glob, context) : (glob.tokens as readonly PlainToken[])
  return pattern !== undefined && matches(pattern, [...text])
}

type PlainToken = Exclude<Token, Variable>

function withValues({ tokens }: Glob, context: ContextOf): readonly PlainToken[] | undefined {
  const plain: PlainToken[] = []
  for (const token of tokens) {
    if (!isVariable(token)) {
      plain.push(token)
      continue
    }
    const values = context(token.key)
    const value = values?.length === 1 ? values[0] : token.fallback
    if (value === undefined) return undefined
    plain.push(...value)
  }
  return plain
}

/** Takes at most pattern times text steps, however many wildcards there are: the last `*` alone is ever tried anew. */
function matches(pattern: readonly PlainToken[], text: readonly string[]): boolean {
  let [p, t, star, from] = [0, 0, -1, 0]
  while (t < text.length) {
    if (pattern[p] === ANY) {
      star = p++
      from = t
    } else if (pattern[p] === ONE || pattern[p] === text[t]) {
      p++
      t++
    } else if (star >= 0) {
      p = star + 1
      t = ++from
    } else return false
  }
  while (pattern[p] === ANY) p++
  return p === pattern.length
}
