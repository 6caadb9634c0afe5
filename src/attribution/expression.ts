import { InvalidInputException } from '../contract/errors.ts'
import { quote } from '../datasets/values.ts'

/**
 * What a metric computes over the events of its type: how many there were, or the sum of a column, of the interaction
 * itself or of its item.
 */
export type MetricExpression =
  | { readonly function: 'SAMPLECOUNT' }
  | { readonly function: 'SUM'; readonly datasetType: 'ITEMS' | 'INTERACTIONS'; readonly column: string }

interface Token {
  readonly text: string
  /** Where it begins, counted from 1. */
  readonly at: number
}

/**
 * Reads `SAMPLECOUNT()`, `SUM(Items.COLUMN)` and `SUM(Interactions.COLUMN)`. Case matters in the column alone, blanks
 * nowhere. https://docs.aws.amazon.com/personalize/latest/dg/creating-metric-attribution.html
 * @param path what the messages call it, e.g. `metrics.1.member.expression`
 * @throws InvalidInputException naming the place and what is expected there
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

/** Words, and any other character for itself. */
function tokensOf(text: string): readonly Token[] {
  return [...text.matchAll(/\w+|[^\s\w]/gu)].map(({ 0: found, index }) => ({ text: found, at: index + 1 }))
}
