import { useQueries } from '@tanstack/react-query'
import type { Api } from '../session/api.ts'
import { useSession } from '../session/session.ts'
import type { DatasetGroup } from './dataset-groups.ts'
import type { Properties } from './properties.ts'
import { useRead } from './queries.ts'
import { datasetArn } from './schemas.ts'

/** Properties are shown as they were read this long ago, in milliseconds: lists change, the items in them seldom. */
const FRESH_MS = 60_000

/**
 * Reads the records with these ids. An id without a record has none; neither has any, where there is no dataset.
 * @returns the properties by id, of those that have been read
 */
export function useRecords(datasetArn: string | undefined, ids: readonly string[]): ReadonlyMap<string, Properties> {
  const { api, may } = useSession()
  const isRead = datasetArn !== undefined && may('personalite:InspectRecords')
  return useQueries({
    queries: (isRead ? ids : []).map(id => ({
      queryKey: [api.credentials.accessKeyId, 'record', datasetArn, id],
      queryFn: () => readRecord(api, datasetArn!, id),
      staleTime: FRESH_MS,
    })),
    combine: results => new Map(results.flatMap(({ data }, at) => (data ? [[ids[at]!, data] as const] : []))),
  })
}

async function readRecord(api: Api, datasetArn: string, id: string): Promise<Properties | null> {
  try {
    return (await api.inspect<{ properties: Properties }>('records', { query: { datasetArn, id } })).properties
  } catch (error) {
    if ((error as Error).name === 'ResourceNotFoundException') return null
    throw error
  }
}

/** This many ids are suggested. */
const SUGGESTED = 20

/** An id of a dataset, and the properties of its record, where it is one of a record. */
interface KnownId {
  readonly id: string
  readonly properties?: Properties
}

/**
 * Reads ids that begin with a text, to suggest them: of users or items in their dataset, or else in the newest
 * interactions.
 */
export function useIds(group: DatasetGroup, name: 'userId' | 'itemId', prefix: string): readonly KnownId[] {
  const ofRecords = datasetArn(group, name === 'userId' ? 'USERS' : 'ITEMS')
  const ofEvents = datasetArn(group, 'INTERACTIONS')
  const { may } = useSession()
  const isRead = may(ofRecords === undefined ? 'personalite:InspectLatest' : 'personalite:InspectSearch')
  const { data } = useRead(
    ['ids', ofRecords ?? ofEvents, name, ofRecords && prefix],
    async (api, signal) => {
      if (ofRecords === undefined) return eventIds(api, ofEvents!, name)
      const query = { datasetArn: ofRecords, limit: SUGGESTED, ...(prefix && { prefix }) }
      const { records } = await api.inspect<{ records: readonly Row[] }>('search', { query, signal })
      return records.map((row): KnownId => ({ id: row[name]!, properties: row.properties ?? {} }))
    },
    { enabled: isRead && (ofRecords !== undefined || ofEvents !== undefined), keepPrevious: true },
  )
  return (data ?? []).filter(({ id }) => id.startsWith(prefix))
}

interface Row {
  readonly userId?: string
  readonly itemId?: string
  readonly properties?: Properties
}

/** This many of the newest interactions are looked at. */
export const LATEST = 500

async function eventIds(api: Api, datasetArn: string, name: 'userId' | 'itemId'): Promise<readonly KnownId[]> {
  const query = { datasetArn, limit: LATEST }
  const { interactions } = await api.inspect<{ interactions: readonly Row[] }>('latest', { query })
  const ids = interactions.flatMap(row => (row[name] === undefined ? [] : [row[name]]))
  return [...new Set(ids)].map(id => ({ id }))
}
