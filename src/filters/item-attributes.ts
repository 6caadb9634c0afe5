import { InvalidInputException } from '../contract/errors.ts'
import { foldName } from '../datasets/names.ts'
import type { Schemas } from '../datasets/of-group.ts'
import type { Comparison, FieldName, FilledFilter, Operand, Operator } from './ast.ts'
import { checkFilter } from './check.ts'
import { type Cursor, openCursor, readNumber } from './lexer.ts'
import { COULD_NOT } from './parser.ts'
import { fillIn } from './values.ts'

/*
 * attributes = comparison { "AND" comparison } ;
 * comparison = "ITEMS" "." name ( "=" | "!=" | "<" | "<=" | ">" | ">=" ) ( string | number ) ;
 */

const PREFIX = 'itemAttributes: '
const operators = ['=', '!=', '<=', '<', '>=', '>'] as const

/**
 * Parses the item attributes in a line of a batch segment job, and returns a filter that includes such items:
 * `ITEMS.genres = "Comedy" AND ITEMS.audience = "teen"`
 * (https://docs.aws.amazon.com/personalize/latest/dg/prepare-input-data-user-segment.html). A categorical field matches
 * by any of its categories. Strings allow `=` alone, as the guide says. The guide is silent about numbers, which allow
 * all comparisons.
 * @throws InvalidInputException naming the column or the field, and a right value
 */
export function parseItemAttributes(text: string, schemas: Schemas): FilledFilter {
  const tokens = openCursor(text, PREFIX)
  const conditions = [parseComparison(tokens)]
  while (tokens.accept('AND')) conditions.push(parseComparison(tokens))
  if (tokens.peek().kind !== 'end') tokens.fail('AND or the end')
  const where = { kind: 'and', conditions } as const
  try {
    const filter = { expressions: [{ effect: 'INCLUDE', subject: 'ItemID', where, condition: [] }] } as const
    return fillIn(checkFilter(filter, schemas))
  } catch (error) {
    if (!(error instanceof InvalidInputException)) throw error
    throw new InvalidInputException(error.message.replace(`${COULD_NOT}Invalid Expression: `, PREFIX))
  }
}

function parseComparison(tokens: Cursor): Comparison<FieldName, Operand<FieldName>> {
  const field = parseField(tokens)
  const operator = operators.find(symbol => tokens.accept(symbol)) ?? tokens.fail('=, !=, <, <=, > or >=')
  return {
    kind: 'comparison',
    field,
    operator,
    value: { kind: 'literals', literals: [parseLiteral(tokens, operator)] },
  }
}

function parseField(tokens: Cursor): FieldName {
  const { kind, text } = tokens.peek()
  if (kind !== 'word' || foldName(text) !== 'items') tokens.fail('a field of Items, such as ITEMS.GENRES')
  tokens.take('word')
  if (!tokens.accept('.')) tokens.fail('a dot and the name of a field')
  const name = tokens.take('word') ?? tokens.fail('the name of a field')
  return { source: 'ITEMS', name: name.text }
}

function parseLiteral(tokens: Cursor, operator: Operator) {
  const { kind, text } = tokens.peek()
  if (kind === 'string' && operator !== '=') tokens.fail(`a number, as strings are compared with = alone`)
  const literal = kind === 'string' ? text : kind === 'number' ? readNumber(text) : undefined
  if (literal === undefined) tokens.fail('a string in quotes or a number')
  tokens.take('string', 'number')
  return literal
}
