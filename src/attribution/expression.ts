import { InvalidInputException } from '../contract/errors.ts'
import { quote } from '../datasets/values.ts'

/**
 * The function of a metric over the events of its type: their number, or the sum of a column of the events or their
 * items.
 */
export type MetricExpression =
  | { readonly function: 'SAMPLECOUNT' }
  | { readonly function: 'SUM'; readonly datasetType: 'ITEMS' | 'INTERACTIONS'; readonly column: string }

interface Token {
  readonly text: string
  /** The column where it begins, from 1. */
  readonly at: number
}

/**
 * Reads `SAMPLECOUNT()`, `SUM(Items.COLUMN)` and `SUM(Interactions.COLUMN)`. Neither case nor blanks matter; the column
 * is returned as it is written. https://docs.aws.amazon.com/personalize/latest/dg/creating-metric-attribution.html
 * @param path the path in messages, e.g. `metrics.1.member.expression`
 * @throws InvalidInputException naming the column and the expected token
 */
export function parseMetricExpression(path: string, text: string): MetricExpression {
  const tokens = tokensOf(text)
  let next = 0
  const take = (expected: string, isRight: (text: string) => boolean): string => {
    const token = tokens[next++] ?? { text: 'the end', at: text.length + 1 }
    if (next <= tokens.length && isRight(token.text)) return token.text
    const found = next <= tokens.length ? quote(token.text) : token.text
    throw new InvalidInputException(`${path}: ${found} at column ${token.at}: expected ${expected}`)
  }
  const symbol = (expected: string) => void take(expected, found => found === expected)

  const name = take('SUM or SAMPLECOUNT', isOneOf('SUM', 'SAMPLECOUNT')).toUpperCase()
  symbol('(')
  const summed = name === 'SUM' ? readColumn() : undefined
  symbol(')')
  if (next < tokens.length) take('the end', () => false)
  return summed ? { function: 'SUM', ...summed } : { function: 'SAMPLECOUNT' }

  function readColumn() {
    const dataset = take('Items or Interactions', isOneOf('ITEMS', 'INTERACTIONS'))
    symbol('.')
    const column = take('the name of a column', found => /^\w+$/.test(found))
    return { datasetType: dataset.toUpperCase() as 'ITEMS' | 'INTERACTIONS', column }
  }
}

const isOneOf =
  (...words: readonly string[]) =>
  (text: string) =>
    words.includes(text.toUpperCase())

/** The tokens: words, and single characters otherwise. */
function tokensOf(text: string): readonly Token[] {
  return [...text.matchAll(/\w+|[^\s\w]/gu)].map(({ 0: found, index }) => ({ text: found, at: index + 1 }))
}
