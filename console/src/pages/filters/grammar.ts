import { foldName } from '../../../../src/datasets/names.ts'
import type { Schemas } from '../../../../src/datasets/of-group.ts'
import type { Field } from '../../../../src/datasets/schema.ts'
import { datasetOf, type Source, sourceNames } from '../../../../src/filters/ast.ts'
import type { Lexeme } from './lexemes.ts'

/** The places of the grammar. */
export type Expected =
  | 'effect'
  | 'subject'
  | 'where'
  | 'condition'
  | 'dot'
  | 'field'
  | 'operator'
  | 'in'
  | 'list'
  | 'value'
  | 'afterValue'
  | 'listEnd'
  | 'afterCondition'
  | 'nothing'

/** How far an expression has come, as its grammar (src/filters/parser.ts) goes on from there. */
export interface State {
  readonly expects: Expected
  readonly subject: string
  /** The subject of the first expression, which all of a filter must have. */
  readonly about: string
  readonly source: Source | undefined
  /** The dataset of the conditions before, which all of an expression must have. */
  readonly conditions: Source | undefined
  readonly field: Field | undefined
  /** After NOT and behind other values, where no request can send values. */
  readonly isFixed: boolean
  /** Within the values of IN. */
  readonly isInList: boolean
  /** After IF, where comparisons are of the current user. */
  readonly isIf: boolean
  /** The parentheses around conditions that are still open. */
  readonly depth: number
}

/** Before the first part of the text. */
export const START: State = {
  expects: 'effect',
  subject: '',
  about: '',
  source: undefined,
  conditions: undefined,
  field: undefined,
  isFixed: false,
  isInList: false,
  isIf: false,
  depth: 0,
}

/** The next part of the text. */
interface Part extends Pick<Lexeme, 'kind' | 'text'> {
  /** A keyword in capital letters, or a symbol; of others empty. */
  readonly word: string
}

/** The place behind a part, and what changes with it; undefined where the part is wrong. */
type Next = (part: Part, state: State, schemas: Schemas) => (Partial<State> & Pick<State, 'expects'>) | undefined

const on =
  (word: string, expects: Expected): Next =>
  part =>
    part.word === word ? { expects } : undefined

/** For each place of the grammar where a part leads to. */
const NEXT: Readonly<Record<Expected, Next>> = {
  effect: ({ word }) => (word === 'INCLUDE' || word === 'EXCLUDE' ? { expects: 'subject' } : undefined),
  subject({ text }, { about }) {
    const subject = text.toLowerCase()
    return { expects: 'where', subject, about: about || subject }
  },
  where: on('WHERE', 'condition'),
  condition({ kind, text, word }, state) {
    if (word === '(') return { expects: 'condition', depth: state.depth + 1 }
    return kind === 'word' ? { expects: 'dot', ...begun(state, sourceOf(text)) } : undefined
  },
  dot: on('.', 'field'),
  field: ({ text }, state, schemas) => ({
    expects: state.source === 'CURRENT_ITEM' ? 'afterCondition' : 'operator',
    ...fieldIn(state, text, schemas),
  }),
  operator({ kind, word }) {
    if (word === 'NOT') return { expects: 'in', isFixed: true }
    if (word === 'IN') return { expects: 'list' }
    return kind === 'symbol' ? { expects: 'value', isInList: false } : undefined
  },
  in: on('IN', 'list'),
  list: ({ text, word }) => (word === '(' ? { expects: 'value', isInList: true } : currentItemIn(text)),
  value({ kind, text, word }, { isInList }) {
    if (kind === 'placeholder') return { expects: isInList ? 'listEnd' : 'afterCondition' }
    if (kind === 'string' || kind === 'number') return { expects: isInList ? 'afterValue' : 'afterCondition' }
    if (word === '(') return { expects: 'value', isInList: true }
    return word === '*' ? { expects: 'afterValue' } : currentItemIn(text)
  },
  afterValue({ word }) {
    if (word === ',') return { expects: 'value', isFixed: true }
    return word === ')' ? { expects: 'afterCondition' } : undefined
  },
  listEnd: on(')', 'afterCondition'),
  afterCondition({ word }, { depth, about }) {
    if (word === 'AND' || word === 'OR') return { expects: 'condition' }
    if (word === 'IF') return { expects: 'condition', isIf: true }
    if (word === ')' && depth > 0) return { expects: 'afterCondition', depth: depth - 1 }
    return word === '|' ? { ...START, about } : undefined
  },
  nothing: () => undefined,
}

/** The state behind a part of the text; nothing is expected behind one that is wrong. */
export function after(state: State, { kind, text }: Lexeme, schemas: Schemas): State {
  const word = kind === 'word' ? text.toUpperCase() : kind === 'symbol' ? text : ''
  return { ...state, ...(NEXT[state.expects]({ kind, text, word }, state, schemas) ?? { expects: 'nothing' }) }
}

/** A comparison begins with its dataset. */
function begun({ isIf, conditions }: State, source: Source | undefined): Partial<State> {
  return { source, isFixed: false, conditions: isIf ? conditions : (conditions ?? source) }
}

function sourceOf(text: string): Source | undefined {
  const found = Object.entries(sourceNames).find(([, name]) => foldName(name) === foldName(text))
  return found?.[0] as Source | undefined
}

function fieldIn({ source }: State, text: string, schemas: Schemas): Partial<State> {
  if (source === 'CURRENT_ITEM') return {}
  const fields = (source && schemas[datasetOf(source)]?.fields) ?? []
  return { field: fields.find(({ name }) => foldName(name) === foldName(text)) }
}

function currentItemIn(text: string): ReturnType<Next> {
  const source = sourceOf(text)
  return source === 'CURRENT_ITEM' ? { expects: 'dot', source } : undefined
}
