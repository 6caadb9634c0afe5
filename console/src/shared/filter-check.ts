import { foldName } from '../../../src/datasets/names.ts'
import type { Schemas } from '../../../src/datasets/of-group.ts'
import { type CheckedFilter, comparisonsOf, type Subject } from '../../../src/filters/ast.ts'
import { checkNewFilter, placeholdersOf } from '../../../src/filters/check.ts'
import { COULD_NOT, parseFilter } from '../../../src/filters/parser.ts'
import { fillIn } from '../../../src/filters/values.ts'

/** A fault in a text that is typed. */
export interface Fault {
  readonly message: string
  /** The place of the fault in the text, from 0, where it is known. It may be the end of the text. */
  readonly at?: number | undefined
  /** The length of the wrong part; 0 at the end of the text. */
  readonly length?: number | undefined
}

/** An expression that the server would take. */
export interface Expression {
  readonly filter: CheckedFilter
  readonly subject: Subject
  readonly parameters: readonly Parameter[]
}

/** A placeholder, and the field that its value is compared with first. */
export interface Parameter {
  readonly name: string
  /** As known values are named: `ITEMS.GENRES`. */
  readonly field: string
  readonly isText: boolean
  /** Whether it takes several values. */
  readonly isList: boolean
}

/** Checks an expression by the rules of the server itself. */
export function checkExpression(
  text: string,
  schemas: Schemas,
): { readonly expression: Expression } | { readonly fault: Fault } {
  try {
    const filter = checkNewFilter(parseFilter(text), schemas)
    const parameters = [...placeholdersOf(filter)].map(([name, [first]]): Parameter => {
      const { source, field } = first!.field
      const dataset = source === 'CURRENT_USER' ? 'USERS' : source === 'CURRENT_ITEM' ? 'ITEMS' : source
      const [isText, isList] = [field.type === 'string', first!.operator === 'IN']
      return { name, field: `${dataset}.${field.name}`, isText, isList }
    })
    return { expression: { filter, subject: filter.expressions[0]!.subject, parameters } }
  } catch (error) {
    return { fault: faultIn(text, (error as Error).message) }
  }
}

/**
 * Checks the values of a filter's parameters by the rules of the server. A blank value is one that is left out.
 * @returns the faults by parameter
 */
export function checkValues(
  { filter, parameters }: Expression,
  values: Readonly<Record<string, string>>,
): ReadonlyMap<string, Fault> {
  const faults = parameters.flatMap(({ name }): (readonly [string, Fault])[] => {
    const text = values[name] ?? ''
    try {
      fillIn(partWith(name, filter), text === '' ? {} : { [name]: text })
      return []
    } catch (error) {
      return [[name, faultIn(text, (error as Error).message)]]
    }
  })
  return new Map(faults)
}

/** The comparisons with one parameter, each as an expression of its own, so that faults of others say nothing. */
function partWith(name: string, { expressions }: CheckedFilter): CheckedFilter {
  const comparisons = expressions.flatMap(expression =>
    comparisonsOf(expression)
      .filter(({ value }) => value.kind === 'placeholder' && value.name === name)
      .map(where => ({ ...expression, where, condition: [] })),
  )
  return { expressions: comparisons }
}

/** The part of a text that stands at a fault. */
const PART = /^(?:\$?\w+(?:\s*\.\s*\w+)?|[<>!]=|"[^"]*"?|'[^']*'?|.)/su

/** Reads where a fault is from the server's message: the column that it names, or the field. */
function faultIn(text: string, told: string): Fault {
  const message = told.replace(COULD_NOT, '').replace(/^(Invalid Expression|filterValues\.\w+): /, '')
  const at = placeOf(text, message)
  return at === undefined ? { message } : { message, at, length: PART.exec(text.slice(at))?.[0].length ?? 0 }
}

function placeOf(text: string, message: string): number | undefined {
  const column = /\bcolumn (\d+)/.exec(message)
  if (column) return Number(column[1]) - 1
  const named = /\b([A-Za-z_]+)\.(\w+)/.exec(message)
  if (!named) return undefined
  const [, source, name] = named
  const fields = text.matchAll(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|([A-Za-z_]\w*)\s*\.\s*(\w+)/g)
  return fields.find(([, own = '', field = '']) => {
    return foldName(source!).startsWith(foldName(own) || '-') && field.startsWith(name!)
  })?.index
}
