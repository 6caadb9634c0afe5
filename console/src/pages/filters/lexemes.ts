/** A part of an expression, and what it is. */
export interface Lexeme {
  readonly kind: 'keyword' | 'word' | 'string' | 'number' | 'placeholder' | 'symbol'
  readonly text: string
  /** Where it begins and where it ends, from 0. */
  readonly from: number
  readonly end: number
}

/** As the lexer of the server reads them (src/filters/lexer.ts), and strings that are not closed yet. */
const LEXEME =
  /(?<string>"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?)|(?<placeholder>\$\w*)|(?<word>[A-Za-z_]\w*)|(?<number>[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?<symbol><=|>=|!=|\S)/gs

/** Returns the parts of an expression, be it right or wrong. Keywords are words to it. */
export function lexemesOf(text: string): readonly Lexeme[] {
  return [...text.matchAll(LEXEME)].map(({ 0: found, index, groups }) => {
    const [kind] = Object.entries(groups!).find(([, value]) => value !== undefined) as [Lexeme['kind'], string]
    return { kind, text: found, from: index, end: index + found.length }
  })
}

const KEYWORDS = /^(include|exclude|where|and|or|not|in|if|itemid|userid|actionid)$/i

/** Returns the parts of an expression with its keywords, except where a field has the name of one. */
export function paintedLexemes(text: string): readonly Lexeme[] {
  const lexemes = lexemesOf(text)
  return lexemes.map((lexeme, at) => {
    const isField = lexemes[at - 1]?.text === '.'
    return lexeme.kind === 'word' && !isField && KEYWORDS.test(lexeme.text) ? { ...lexeme, kind: 'keyword' } : lexeme
  })
}
