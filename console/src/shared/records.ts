import { useQueries } from '@tanstack/react-query'
import { camelCase } from '../../../src/datasets/names.ts'
import type { Field } from '../../../src/datasets/schema.ts'
import type { Api } from '../session/api.ts'
import { useSession } from '../session/session.ts'
import { useRead } from './queries.ts'

/** The properties of a record, as a client would put them. */
export type Properties = Readonly<Record<string, unknown>>

/** Properties are shown as they were read this long ago, in milliseconds: lists change, the items in them seldom. */
const FRESH_MS = 60_000

/**
 * Reads the records with these ids. An id without a record has none; neither has any, where there is no dataset.
 * @returns the properties by id, of those that have been read
 */
export function useRecords(datasetArn: string | undefined, ids: readonly string[]): ReadonlyMap<string, Properties> {
  const { api } = useSession()
  return useQueries({
    queries: (datasetArn === undefined ? [] : ids).map(id => ({
      queryKey: [api.credentials.accessKeyId, 'record', datasetArn, id],
      queryFn: () => readRecord(api, datasetArn!, id),
      staleTime: FRESH_MS,
    })),
    combine: results => new Map(results.flatMap(({ data }, at) => (data ? [[ids[at]!, data] as const] : []))),
  })
}

/** The value of a field in properties; undefined where it has none. */
export function fieldValue(properties: Properties | undefined, { name }: Pick<Field, 'name'>): unknown {
  return properties?.[camelCase(name)] ?? undefined
}

async function readRecord(api: Api, datasetArn: string, id: string): Promise<Properties | null> {
  try {
    return (await api.inspect<{ properties: Properties }>('records', { query: { datasetArn, id } })).properties
  } catch (error) {
    if ((error as Error).name === 'ResourceNotFoundException') return null
    throw error
  }
}

/** So many rows of a dataset are looked at for suggestions. */
const LATEST = 200

/** Reads ids of the rows that were stored last in a dataset, to suggest them. */
export function useIds(datasetArn: string | undefined, name: 'userId' | 'itemId'): readonly string[] {
  const { data } = useRead(
    ['ids', datasetArn, name],
    api => api.inspect<Latest>('latest', { query: { datasetArn, limit: LATEST } }),
    { enabled: datasetArn !== undefined },
  )
  const ids = (data?.records ?? data?.interactions ?? []).flatMap(row => (row[name] === undefined ? [] : [row[name]]))
  return [...new Set(ids)]
}

interface Latest {
  readonly records?: readonly Row[]
  readonly interactions?: readonly Row[]
}

interface Row {
  readonly userId?: string
  readonly itemId?: string
}
