import { InvalidInputException } from '../contract/errors.ts'
import { foldName } from '../datasets/names.ts'
import {
  type Comparison,
  type Condition,
  type Expression,
  type FieldName,
  type Literal,
  type Operand,
  type Operator,
  operators,
  type ParsedFilter,
  type Placeholder,
  type Source,
  sourceNames,
  subjects,
} from './ast.ts'
import { type Cursor, openCursor, readNumber, type Token } from './lexer.ts'

/*
 * filter       = expression { "|" expression } ;
 * expression   = ( "INCLUDE" | "EXCLUDE" ) subject "WHERE" alternatives [ "IF" comparison { "AND" comparison } ] ;
 * subject      = "ItemID" | "UserID" | "ActionID" ;
 * alternatives = conjunction { "OR" conjunction } ;
 * conjunction  = condition { "AND" condition } ;
 * condition    = comparison | "(" alternatives ")" ;
 * comparison   = field ( [ "NOT" ] "IN" list | ( "=" | "!=" | "<" | "<=" | ">" | ">=" ) value ) ;
 * list         = "(" ( placeholder | literal { "," literal } ) ")" | item ;
 * value        = placeholder | literal | "(" ( placeholder | literal ) ")" | item ;
 * item         = "CurrentItem" "." name ;
 * field        = source "." name ;
 * source       = "Interactions" | "Items" | "Users" | "Actions" | "Action_Interactions" | "CurrentUser"
 *              | "CurrentItem" ;
 * literal      = string | number | "*" ;
 * placeholder  = "$" name ;
 */

type Parsed<Node> = (tokens: Cursor) => Node
type ParsedOperand = Operand<FieldName> | Placeholder
type ParsedComparison = Comparison<FieldName, ParsedOperand>
type ParsedCondition = Condition<FieldName, ParsedOperand>

/** The beginning of messages about an expression (error-messages.md). */
export const COULD_NOT = 'Could not create filter. '

/**
 * Reads a filter expression (https://docs.aws.amazon.com/personalize/latest/dg/creating-filter-expressions.html).
 *
 * Where the guide is silent:
 * - Keywords, subjects and datasets may be in any case, as in AWS's own samples (`EXCLUDE itemId WHERE
 *   INTERACTIONS.event_type in ("click")`).
 * - AND binds closer than OR, and parentheses group.
 * - A placeholder may be in quotes, `IN ("$CATEGORY")`, as in the guide's sample for the CLI.
 * @throws InvalidInputException naming the column, the text there and the text that is expected
 */
export function parseFilter(text: string): ParsedFilter {
  const tokens = openCursor(text, COULD_NOT)
  const expressions = separated(tokens, '|', parseExpression)
  if (tokens.peek().kind !== 'end')
    tokens.fail(expressions.at(-1)!.condition.length ? 'AND, | or the end' : 'AND, OR, IF, | or the end')
  return { expressions }
}

function parseExpression(tokens: Cursor): Expression<FieldName, ParsedOperand> {
  const effect = oneOf(tokens, ['INCLUDE', 'EXCLUDE'])
  const subject = oneOf(tokens, subjects)
  if (!tokens.accept('WHERE')) tokens.fail('WHERE')
  const where = parseAlternatives(tokens, 0)
  return { effect, subject, where, condition: tokens.accept('IF') ? separated(tokens, 'AND', parseComparison) : [] }
}

function parseAlternatives(tokens: Cursor, depth: number): ParsedCondition {
  const parseConjunction = () =>
    joined(
      'and',
      separated(tokens, 'AND', () => parseCondition(tokens, depth)),
    )
  return joined('or', separated(tokens, 'OR', parseConjunction))
}

/** The most nested parentheses, so that no expression of 2500 characters is too deep for the stack. */
const DEPTH_MAX = 100

function parseCondition(tokens: Cursor, depth: number): ParsedCondition {
  if (isWord(tokens.peek(), 'NOT')) tokens.fail('a field, as NOT is before IN alone: use !=, <, >= and so on')
  if (depth === DEPTH_MAX) tokens.fail(`no more than ${DEPTH_MAX} parentheses in each other`)
  if (!tokens.accept('(')) return parseComparison(tokens)
  const condition = parseAlternatives(tokens, depth + 1)
  if (!tokens.accept(')')) tokens.fail('AND, OR or )')
  return condition
}

function parseComparison(tokens: Cursor): ParsedComparison {
  const field = parseField(tokens)
  const operator = parseOperator(tokens)
  const value = operator.endsWith('IN') ? parseList(tokens, operator) : parseValue(tokens)
  return { kind: 'comparison', field, operator, value }
}

function parseOperator(tokens: Cursor): Operator {
  if (!tokens.accept('NOT')) return oneOf(tokens, operators)
  if (!tokens.accept('IN')) tokens.fail('IN')
  return 'NOT IN'
}

function parseList(tokens: Cursor, operator: Operator): ParsedOperand {
  if (isCurrentItem(tokens.peek())) return { kind: 'field', field: parseField(tokens) }
  if (!tokens.accept('(')) tokens.fail('( or a field of CurrentItem')
  const { column } = tokens.peek()
  const placeholder = acceptPlaceholder(tokens)
  if (placeholder && operator === 'NOT IN') refusePlaceholder(placeholder, column)
  const value = placeholder ?? { kind: 'literals' as const, literals: separated(tokens, ',', parseLiteral) }
  if (!tokens.accept(')')) tokens.fail(placeholder ? ') as one placeholder takes several values' : ', or )')
  return value
}

function parseValue(tokens: Cursor): ParsedOperand {
  if (isCurrentItem(tokens.peek())) return { kind: 'field', field: parseField(tokens) }
  const open = tokens.accept('(')
  const value = acceptPlaceholder(tokens) ?? { kind: 'literals' as const, literals: [parseLiteral(tokens)] }
  if (open && !tokens.accept(')')) tokens.fail(')')
  return value
}

const isWord = ({ kind, text }: Token, word: string) => kind === 'word' && text.toUpperCase() === word

const isSource = ({ text }: Token) => sources.has(foldName(text))

const isCurrentItem = ({ kind, text }: Token) => kind === 'word' && sources.get(foldName(text)) === 'CURRENT_ITEM'

function parseField(tokens: Cursor): FieldName {
  const source = sources.get(tokens.peek().kind === 'word' ? foldName(tokens.peek().text) : '')
  if (!source) tokens.fail(`a field, such as Items.PRICE, of ${Object.values(sourceNames).join(', ')}`)
  tokens.take('word')
  if (!tokens.accept('.')) tokens.fail('a dot and the name of a field')
  const name = tokens.take('word') ?? tokens.fail('the name of a field')
  return { source, name: name.text }
}

/** `Action` is accepted because an example of the guide writes it. */
const sources: ReadonlyMap<string, Source> = new Map([
  ...Object.entries(sourceNames).map(([source, name]) => [foldName(name), source as Source] as const),
  ['action', 'ACTIONS'],
])

function parseLiteral(tokens: Cursor): Literal {
  if (tokens.accept('*')) return '*'
  const { kind } = tokens.peek()
  if (kind === 'placeholder' || isQuotedPlaceholder(tokens.peek()))
    tokens.fail('a value, as a placeholder is alone in its list')
  if (kind === 'string') return tokens.take('string')!.text
  const number = kind === 'number' ? readNumber(tokens.peek().text) : undefined
  if (number === undefined) {
    const bare = kind === 'word' && !isSource(tokens.peek()) ? `; text is in quotes, as "${tokens.peek().text}"` : ''
    tokens.fail(`a string in quotes, a number, a placeholder or a field of CurrentItem${bare}`)
  }
  tokens.take('number')
  return number
}

/** The names that FilterValues takes: 50 characters at most, by the model. */
const PLACEHOLDER_LENGTH = 50

function acceptPlaceholder(tokens: Cursor): Placeholder | undefined {
  const next = tokens.peek()
  if (next.kind !== 'placeholder' && !isQuotedPlaceholder(next)) return undefined
  const name = next.text.replace('$', '')
  if (name.length > PLACEHOLDER_LENGTH) tokens.fail(`a placeholder of at most ${PLACEHOLDER_LENGTH} characters`)
  tokens.take('placeholder', 'string')
  return { kind: 'placeholder', name }
}

/** Whether it is a placeholder in quotes; `"$100"` is a value. */
const isQuotedPlaceholder = ({ kind, text }: Token) => kind === 'string' && /^\$[A-Za-z_]\w*$/.test(text)

/** The guide's message (error-messages.md), with the column. */
function refusePlaceholder({ name }: Placeholder, column: number): never {
  const problem = `Invalid input symbol: $${name}. Placeholders are not allowed with NOT_IN operator.`
  const right = `Use IN, and INCLUDE instead of EXCLUDE or the reverse (column ${column}).`
  throw new InvalidInputException(`${COULD_NOT}${problem} ${right}`)
}

/** `a, b or c` */
const choice = new Intl.ListFormat('en-GB', { type: 'disjunction' })

function oneOf<Word extends string>(tokens: Cursor, words: readonly Word[]): Word {
  return words.find(word => tokens.accept(word)) ?? tokens.fail(choice.format(words))
}

function separated<Node>(tokens: Cursor, separator: string, parse: Parsed<Node>): readonly Node[] {
  const nodes = [parse(tokens)]
  while (tokens.accept(separator)) nodes.push(parse(tokens))
  return nodes
}

function joined(kind: 'and' | 'or', conditions: readonly ParsedCondition[]): ParsedCondition {
  return conditions.length === 1 ? conditions[0]! : { kind, conditions }
}
