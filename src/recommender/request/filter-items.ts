import type { FilledFilter } from '../../filters/ast.ts'
import { comparisonsIn } from '../../filters/ast.ts'
import { isEvents } from '../../filters/check.ts'
import type { DatasetRecord } from '../../filters/dataset-record.ts'
import {
  compileEventCondition,
  compileFilter,
  expressionsInEffect,
  type FilterContext,
  type Interactions,
} from '../../filters/evaluate.ts'
import type { ItemIndex } from '../serving/item-index.ts'

/** Which items of an index a filter lets through. */
export interface ItemFilter {
  passes(item: number): boolean
  /** Where they are few: all that may pass, so that these are ranked instead of the whole index walked down. */
  readonly few?: Int32Array | undefined
}

export const EVERYTHING: ItemFilter = { passes: () => true }

const FEW = 2000

type Expression = FilledFilter['expressions'][number]

/** The context of a filter over an item index: its interactions have the numbers of items, −1 where there is none. */
export interface ItemContext extends Omit<FilterContext, 'interactions' | 'interactionsPerEventType'> {
  readonly interactions: Interactions<number>
}

/**
 * A filter over an item index: the result of `compileFilter`, remembered unless it depends on the user.
 * Each expression is about one dataset: the items', which is remembered, or the user's events, which are few.
 * @throws InvalidInputException as `compileFilter` does
 */
export function filterItems(itemIndex: ItemIndex, filter: FilledFilter, context: ItemContext): ItemFilter {
  const inEffect = expressionsInEffect(filter, ofUser(context))
  const test = (expression: Expression) => testOf(itemIndex, expression, context)
  const included = inEffect.filter(({ effect }) => effect === 'INCLUDE').map(test)
  const isExcluded = any(inEffect.filter(({ effect }) => effect === 'EXCLUDE').map(test))
  if (included.length === 0) return { passes: item => !isExcluded(item) }
  const isIncluded = any(included)
  return { passes: item => isIncluded(item) && !isExcluded(item), few: together(included) }
}

/** The context without the events, which have numbers in place of ids. */
const ofUser = ({ currentUser, currentItem }: ItemContext): FilterContext => ({ currentUser, currentItem })

/** Whether any of the filters lets an item through; mostly there is one. */
function any(filters: readonly ItemFilter[]): ItemFilter['passes'] {
  return filters.length === 1 ? filters[0]!.passes : item => filters.some(({ passes }) => passes(item))
}

function together(filters: readonly ItemFilter[]): Int32Array | undefined {
  const lists = filters.flatMap(({ few }) => few ?? [])
  if (lists.length < filters.length) return undefined
  if (lists.length === 1) return lists[0]
  return Int32Array.from(new Set(lists.flatMap(list => [...list])))
}

function testOf(itemIndex: ItemIndex, { where, subject }: Expression, context: ItemContext): ItemFilter {
  const comparisons = comparisonsIn(where)
  if (comparisons.every(({ field }) => isEvents(field.source)))
    return { passes: compileEventCondition(where, context.interactions) }
  const alone = { expressions: [{ effect: 'INCLUDE', subject, where, condition: [] }] } as const
  const compile = () => compileFilter(alone, ofUser(context))
  const onTheFly = (test: (record: DatasetRecord) => boolean): ItemFilter => ({
    passes: item => test(itemIndex.recordOf(item)),
  })
  if (!comparisons.every(({ value }) => value.kind === 'literals')) return onTheFly(compile())
  const bitmap = itemIndex.passing(keyOf(where), compile)
  if (!bitmap) return onTheFly(compile())
  return {
    passes: item => bitmap.has(item),
    few: bitmap.count <= FEW ? bitmap.items : undefined,
  }
}

const keys = new WeakMap<Expression['where'], string>()

/** The key of a condition, made once: the filters of requests with the same values are the same object. */
function keyOf(where: Expression['where']): string {
  const bigints = (_name: string, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value)
  return keys.getOrInsertComputed(where, () => JSON.stringify(where, bigints))
}
