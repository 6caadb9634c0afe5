import { IS_JOB } from './kinds.ts'
import type { ResourceQuery } from './resource-store.ts'
import { UNFINISHED_SQL } from './statuses.ts'

/** The members of a query that a column must be equal to. */
const COLUMNS = {
  kind: 'kind',
  parent: 'parent',
  reference: 'reference',
  datasetGroup: 'dataset_group',
  status: 'status',
} as const

interface Selection {
  /** The name tells the statement from others: no value is in it. */
  readonly name: string
  /** SQL from `WHERE` to before `LIMIT`. */
  readonly text: string
  readonly values: readonly (string | number)[]
}

/**
 * The conditions and the order of a query, only those asked for, so that each goes by an index. One statement for all
 * (`? IS NULL OR kind = ?`) would read every resource.
 * @param parameter how the driver writes the parameter of this number, from 1 on
 */
export function selectionOf(query: ResourceQuery, parameter: (number: number) => string): Selection {
  const { unfinished, isJob, newestFirst, after } = query
  const names: string[] = []
  const terms: string[] = []
  const values: (string | number)[] = []
  const add = (name: string, term: string, value?: string | number) => {
    names.push(name)
    if (value !== undefined) values.push(value)
    terms.push(value === undefined ? term : `${term} ${parameter(values.length)}`)
  }
  for (const [member, column] of Object.entries(COLUMNS)) {
    const value = query[member as keyof typeof COLUMNS]
    if (value !== undefined) add(member, `${column} =`, value)
  }
  if (unfinished) add('unfinished', UNFINISHED_SQL)
  if (isJob) add('isJob', IS_JOB)
  if (after !== undefined) add('after', newestFirst ? 'id <' : 'id >', after)
  if (newestFirst) names.push('newestFirst')
  const where = terms.length > 0 ? `WHERE ${terms.join(' AND ')}` : ''
  return { name: names.join(' '), text: `${where} ORDER BY id ${newestFirst ? 'DESC' : ''}`, values }
}
