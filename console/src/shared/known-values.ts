import { useQuery } from '@tanstack/react-query'
import type { Api } from '../session/api.ts'
import { useSession } from '../session/session.ts'
import type { DatasetGroup } from './dataset-groups.ts'
import { datasetArn } from './schemas.ts'

/** The frequent values of columns, by dataset type and column: `ITEMS.GENRES`. */
export type KnownValues = ReadonlyMap<string, readonly string[]>

/**
 * Reads the frequent values of a group's columns of texts, for suggestions. The server reads all data of the group for
 * it once, beside its other work. Until then there are none, nor in a group of very many interactions, nor where the key
 * may not ask.
 */
export function useKnownValues(group: DatasetGroup): KnownValues {
  const { api, may } = useSession()
  const { data } = useQuery({
    queryKey: [api.credentials.accessKeyId, 'known-values', group.datasetGroupArn],
    queryFn: ({ signal }) => readValues(api, group, signal),
    // Not even a write makes it worth reading all data again.
    staleTime: 'static',
    enabled: may('personalite:InspectInsights') && may('personalite:InspectCount'),
  })
  return data ?? NONE
}

const NONE: KnownValues = new Map()

interface Report {
  readonly status: 'COMPLETED' | 'IN_PROGRESS'
  readonly analysis: string
  readonly datasets?: readonly {
    readonly datasetType: string
    readonly columns: readonly { readonly name: string; readonly type: string; readonly top: readonly Count[] }[]
  }[]
}

interface Count {
  readonly value: unknown
}

/** Of more interactions it takes too long for a suggestion. */
const ROWS_MAX = 2_000_000

async function readValues(api: Api, group: DatasetGroup, signal: AbortSignal): Promise<KnownValues> {
  const { datasetGroupArn } = group
  const interactions = datasetArn(group, 'INTERACTIONS')
  if (interactions !== undefined) {
    const query = { datasetArn: interactions }
    const { count } = await api.inspect<{ count: { ALL: number } }>('count', { query, signal })
    if (count.ALL > ROWS_MAX) return NONE
  }
  let report: Report | undefined
  do {
    const query = { datasetGroupArn, analysis: report?.analysis }
    report = await api.inspect<Report>('insights', { query, signal })
  } while (report.status === 'IN_PROGRESS')
  const columns = (report.datasets ?? []).flatMap(({ datasetType, columns }) =>
    columns
      .filter(({ type }) => type === 'string')
      .map(({ name, top }) => [`${datasetType}.${name}`, top.map(({ value }) => String(value))] as const),
  )
  return new Map(columns)
}
