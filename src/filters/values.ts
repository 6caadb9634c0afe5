import { InvalidInputException } from '../contract/errors.ts'
import { hintForNumber } from '../datasets/cell-hints.ts'
import {
  type BoundField,
  type CheckedFilter,
  type Comparison,
  comparisonsOf,
  type Expression,
  type FilledFilter,
  type Literal,
  type Literals,
  mapComparisons,
  type Operand,
  type Placeholder,
} from './ast.ts'
import { placeholdersOf, readAs, timeFault } from './check.ts'
import { type Cursor, openCursor, readNumber } from './lexer.ts'

/** The values of a request: for `$GENRE`, the key is `GENRE` and the value `"\"drama\",\"horror\""`. */
export type FilterValues = Readonly<Record<string, string>>

/**
 * Puts the values of a request in place of the placeholders
 * (https://docs.aws.amazon.com/personalize/latest/dg/filter-real-time.html).
 *
 * Words must be in quotes, as in the guide; numbers may be, also those of a field of strings. INCLUDE needs all of its
 * values. EXCLUDE does not:
 * "Amazon Personalize doesn't use that portion of the expression". The portion is taken to be the whole EXCLUDE up to
 * the next `|`, so that leaving out a value never excludes more.
 * @throws InvalidInputException naming the placeholder that is missing, is not in the filter or has no such value. Also
 *   of a time in milliseconds
 * @param path what the messages call the part of the request that has the values, such as `promotions.1.member.`
 */
export function fillIn(filter: CheckedFilter, filterValues: FilterValues = {}, path = ''): FilledFilter {
  const where = `${path}filterValues`
  const placeholders = placeholdersOf(filter)
  const unknown = Object.keys(filterValues).find(name => !placeholders.has(name))
  if (unknown !== undefined) {
    const known = [...placeholders.keys()].join(', ') || 'none'
    throw new InvalidInputException(`${where}: ${unknown} is not a placeholder of the filter, which has ${known}`)
  }
  const given = new Set(Object.keys(filterValues))
  const isComplete = (expression: CheckedExpression) => {
    const missing = comparisonsOf(expression).find(
      ({ value }) => value.kind === 'placeholder' && !given.has(value.name),
    )
    if (missing && expression.effect === 'INCLUDE') {
      const { name } = missing.value as Placeholder
      throw new InvalidInputException(`${where}: ${name} is missing: INCLUDE needs the values of all placeholders`)
    }
    return !missing
  }
  const fill = (comparison: CheckedComparison): Comparison<BoundField, Operand<BoundField>> => {
    const { value } = comparison
    if (value.kind !== 'placeholder') return { ...comparison, value }
    return { ...comparison, value: readValues(`${where}.${value.name}: `, filterValues[value.name]!, comparison) }
  }
  return { expressions: filter.expressions.filter(isComplete).map(expression => mapComparisons(expression, fill)) }
}

type CheckedComparison = Comparison<BoundField, Operand<BoundField> | Placeholder>
type CheckedExpression = Expression<BoundField, Operand<BoundField> | Placeholder>

function readValues(where: string, text: string, { field: { field }, operator }: CheckedComparison): Literals {
  const tokens = openCursor(withoutSecondEscape(text), where)
  const readValue = field.type === 'string' ? readString : readQuotableNumber
  const literals = [readValue(tokens)]
  while (tokens.accept(',')) literals.push(readValue(tokens))
  if (tokens.peek().kind !== 'end') tokens.fail('a comma or the end')
  if (literals.length > 1 && operator !== 'IN')
    throw new InvalidInputException(
      `${where}must be one value, as ${operator} compares with one, got ${literals.length}`,
    )
  const problem = literals.map(literal => timeFault(field, literal)).find(problem => problem)
  if (problem) throw new InvalidInputException(`${where}${problem}`)
  return { kind: 'literals', literals: literals.map(readAs(field)) }
}

/**
 * A value whose quotes are escaped twice, `\"drama\"` as it arrives, without one of the escapes. Programs in production
 * send such values (aws-samples/personalization-apis), and a backslash before a quote begins no other value.
 */
const withoutSecondEscape = (text: string) => (/^\s*\\["']/.test(text) ? text.replace(/\\(["'\\])/g, '$1') : text)

/** A number needs no quotes: ResearchHub/researchhub-backend asks for the items of hub `42` so, in production. */
function readString(tokens: Cursor): Literal {
  return tokens.take('string', 'number')?.text ?? tokens.fail('a value in quotes, as \\"drama\\"')
}

function readQuotableNumber(tokens: Cursor): Literal {
  const { text } = tokens.peek()
  const number = text.trim() === '' ? undefined : readNumber(text.trim())
  if (number === undefined) tokens.fail(`a number${hintForNumber(text.trim())}`)
  tokens.take('number', 'string') ?? tokens.fail('a number')
  return number
}
