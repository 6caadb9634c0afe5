import type { Schemas } from '../../../../src/datasets/of-group.ts'
import { datasetOf, type Source, sourceNames } from '../../../../src/filters/ast.ts'
import type { KnownValues } from '../../shared/known-values.ts'
import { after, type Expected, START, type State } from './grammar.ts'
import { type Lexeme, lexemesOf } from './lexemes.ts'

/** A text that may stand at the caret. */
export interface Completion {
  readonly text: string
  readonly detail: string
}

/** The texts that may stand at the caret, in place of the word that is begun there. */
export interface Completions {
  /** Where that word begins, from 0. */
  readonly from: number
  readonly options: readonly Completion[]
}

interface Sources {
  readonly schemas: Schemas
  readonly known: KnownValues
}

/** The datasets of the conditions about each kind of id, as the server allows them. */
const SOURCES_FOR: Readonly<Record<string, readonly Source[]>> = {
  itemid: ['ITEMS', 'INTERACTIONS'],
  userid: ['USERS', 'INTERACTIONS'],
  actionid: ['ACTIONS', 'ACTION_INTERACTIONS'],
}

const isEvents = (source: Source | undefined) => source === 'INTERACTIONS' || source === 'ACTION_INTERACTIONS'

const words = (detail: string, ...texts: readonly string[]): readonly Completion[] =>
  texts.map(text => ({ text, detail }))

/** For each place of the grammar the texts that may stand there. */
const EXPECTED = {
  effect: () => [...words('lets only these through', 'INCLUDE'), ...words('leaves these out', 'EXCLUDE')],
  subject: ({ about }: State, { schemas }: Sources) => {
    const all = [
      ...words('a filter of items', 'ItemID'),
      ...(schemas.ACTIONS ? words('a filter of actions', 'ActionID') : []),
      ...words('a filter of users, for segments', 'UserID'),
    ]
    return all.filter(({ text }) => about === '' || text.toLowerCase() === about)
  },
  where: () => words('the condition', 'WHERE'),
  condition: ({ subject, conditions, isIf }: State, { schemas }: Sources) => {
    const allowed: readonly Source[] = isIf ? ['CURRENT_USER'] : (SOURCES_FOR[subject] ?? [])
    return allowed
      .filter(source => schemas[datasetOf(source)] && (isIf || !conditions || conditions === source))
      .map(source => ({ text: `${sourceNames[source]}.`, detail: isEvents(source) ? 'what users did' : 'a field' }))
  },
  dot: () => words('the field', '.'),
  field: ({ source }: State, { schemas }: Sources) => {
    const fields = (source && schemas[datasetOf(source)]?.fields) ?? []
    return fields
      .filter(
        ({ name, type, textual }) => !textual && type !== 'boolean' && (!isEvents(source) || name === 'EVENT_TYPE'),
      )
      .map(({ name, type, categorical }) => ({ text: name, detail: categorical ? 'categories' : type }))
  },
  operator: ({ field }: State) =>
    field?.type === 'string'
      ? [...words('one of several values', 'IN', 'NOT IN'), ...words('one value', '=', '!=')]
      : words('a number', '=', '!=', '<', '<=', '>', '>='),
  in: () => words('one of several values', 'IN'),
  list: (state: State, sources: Sources) => [...words('the values', '('), ...currentItem(state, sources)],
  value: (state: State, sources: Sources) => {
    const { field, isFixed, isInList } = state
    return [
      ...(isFixed ? [] : words('a value that each request sends', `$${field?.name ?? 'VALUE'}`)),
      ...valuesOf(state, sources).map(value => ({ text: value, detail: 'a value in the data' })),
      ...(isEvents(state.source) ? words('any type of event', '"*"') : []),
      ...(isInList ? [] : currentItem(state, sources)),
    ]
  },
  afterValue: () => [...words('another value', ','), ...words('the end of the values', ')')],
  listEnd: () => words('the end of the values', ')'),
  afterCondition: ({ isIf, depth, subject }: State) => [
    ...words('both', 'AND'),
    ...(isIf ? [] : words('either', 'OR')),
    ...(depth > 0 ? words('the end of the group', ')') : []),
    ...(isIf || depth > 0 || subject === 'userid' ? [] : words('only for some users', 'IF')),
    ...(depth > 0 ? [] : words('another expression', '|')),
  ],
  nothing: () => [],
} as const satisfies Record<Expected, (state: State, sources: Sources) => readonly Completion[]>

/** Returns what may stand at the caret of an expression. */
export function completionsAt(text: string, caret: number, sources: Sources): Completions {
  const before = lexemesOf(text.slice(0, caret))
  const last = before.at(-1)
  const isBegun = last !== undefined && last.end === caret && last.kind !== 'symbol' && !isClosed(last)
  const from = isBegun ? last.from : caret
  const state = (isBegun ? before.slice(0, -1) : before).reduce<State>(
    (now, lexeme) => after(now, lexeme, sources.schemas),
    START,
  )
  const typed = text.slice(from, caret).toLowerCase()
  const options = EXPECTED[state.expects](state, sources)
  return { from, options: options.filter(option => option.text.toLowerCase().startsWith(typed)) }
}

/** Whether it is a string with its second quotation mark. */
function isClosed({ kind, text }: Lexeme): boolean {
  return kind === 'string' && text.length > 1 && text.endsWith(text[0]!) && !text.endsWith(`\\${text[0]}`)
}

function currentItem({ source }: State, { schemas }: Sources): readonly Completion[] {
  return source === 'ITEMS' && schemas.ITEMS ? words('as the item that others go with', 'CurrentItem.') : []
}

function valuesOf({ source, field }: State, { known }: Sources): readonly string[] {
  if (!source || !field) return []
  const values = known.get(`${datasetOf(source)}.${field.name}`) ?? []
  return field.type === 'string' ? values.map(value => `"${value.replaceAll(/["\\]/g, '\\$&')}"`) : values
}
