import type { Schemas } from '../../../../src/datasets/of-group.ts'
import type { DatasetGroup } from '../../shared/dataset-groups.ts'
import { checkExpression, type Expression } from '../../shared/filter-check.ts'
import { type FilterSummary, useExpression, useFilters } from '../../shared/filters.ts'
import type { Asked } from './asked.ts'
import type { FoundFilter } from './call.ts'

/** A filter that was chosen by its name, with its expression. */
export interface NamedFilter extends FoundFilter {
  readonly text: string
  /** Undefined until it has been read, and where it no longer suits the schemas. */
  readonly expression: Expression | undefined
  readonly error: unknown
}

/** The filters of a group, and those that were chosen. */
export interface ChosenFilters {
  /** Undefined until they have been read. */
  readonly all: readonly FilterSummary[] | undefined
  readonly error: unknown
  readonly filter: NamedFilter | undefined
  readonly promotion: NamedFilter | undefined
  /** Whether a chosen filter has not been read yet: a request without it would be another one. */
  readonly isPending: boolean
}

/** Finds the filters that the address names. */
export function useChosenFilters(group: DatasetGroup, schemas: Schemas, asked: Asked): ChosenFilters {
  const { data: all, isPending, error } = useFilters(group)
  const arnOf = (name: string) => all?.find(one => one.name === name)?.arn
  const filter = useNamed(arnOf(asked.filter), schemas)
  const promotion = useNamed(arnOf(asked.promotion), schemas)
  const isAwaited = (name: string, found: NamedFilter | undefined) =>
    name !== '' && (isPending || (found !== undefined && found.text === '' && found.error === undefined))
  return {
    all,
    error: error ?? undefined,
    filter,
    promotion,
    isPending: isAwaited(asked.filter, filter) || isAwaited(asked.promotion, promotion),
  }
}

function useNamed(arn: string | undefined, schemas: Schemas): NamedFilter | undefined {
  const { data: text = '', error } = useExpression(arn)
  if (arn === undefined) return undefined
  const checked = checkExpression(text, schemas)
  const expression = 'expression' in checked ? checked.expression : undefined
  return { arn, text, expression, subject: expression?.subject, error: error ?? undefined }
}
