import type { FilledFilter } from '../../filters/ast.ts'
import { comparisonsIn } from '../../filters/ast.ts'
import { isEvents } from '../../filters/check.ts'
import type { DatasetRecord } from '../../filters/dataset-record.ts'
import { compileFilter, expressionsInEffect, type FilterContext } from '../../filters/evaluate.ts'
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

/**
 * A filter over an item index: the result of `compileFilter`, remembered unless it depends on the user.
 * Each expression is about one dataset: the items', which is remembered, or the user's events, which are few.
 * @throws InvalidInputException as `compileFilter` does
 */
export function filterItems(itemIndex: ItemIndex, filter: FilledFilter, context: FilterContext): ItemFilter {
  const inEffect = expressionsInEffect(filter, context)
  const test = (expression: Expression) => testOf(itemIndex, expression, context)
  const included = inEffect.filter(({ effect }) => effect === 'INCLUDE').map(test)
  const excluded = inEffect.filter(({ effect }) => effect === 'EXCLUDE').map(test)
  const isExcluded = (item: number) => excluded.some(({ passes }) => passes(item))
  if (included.length === 0) return { passes: item => !isExcluded(item) }
  return {
    passes: item => included.some(({ passes }) => passes(item)) && !isExcluded(item),
    few: together(included),
  }
}

function together(filters: readonly ItemFilter[]): Int32Array | undefined {
  const lists = filters.flatMap(({ few }) => few ?? [])
  if (lists.length < filters.length) return undefined
  if (lists.length === 1) return lists[0]
  return Int32Array.from(new Set(lists.flatMap(list => [...list])))
}

function testOf(itemIndex: ItemIndex, { where, subject }: Expression, context: FilterContext): ItemFilter {
  const compile = () => compileFilter({ expressions: [{ effect: 'INCLUDE', subject, where, condition: [] }] }, context)
  const onTheFly = (test: (record: DatasetRecord) => boolean): ItemFilter => ({
    passes: item => test(itemIndex.recordOf(item)),
  })
  const comparisons = comparisonsIn(where)
  const isOfItems = comparisons.every(({ field, value }) => !isEvents(field.source) && value.kind === 'literals')
  if (!isOfItems) return onTheFly(compile())
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
