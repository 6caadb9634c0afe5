import { StoreError } from '../../store.ts'

/** The bulk generation that readers of dataset `$1` see; null where nothing was imported in bulk. */
export const GENERATION = '(SELECT nullif(generation, 0) FROM dataset_state WHERE dataset = $1)'

/** Notes that dataset `$1` is changed otherwise than by a put, for the transaction that does it. */
export const SWEEP = `
  INSERT INTO dataset_state (dataset, swept) VALUES ($1, nextval('writes'))
  ON CONFLICT (dataset) DO UPDATE SET swept = excluded.swept`

export interface DatasetStatus {
  readonly id: number
  readonly status: string
}

/**
 * The reason that forbids each call to write to its dataset: `missing` if that was deleted, `inactive` if not ACTIVE.
 */
export function refusals(
  calls: readonly { readonly dataset: number }[],
  found: readonly DatasetStatus[],
): readonly (StoreError | undefined)[] {
  const statuses = new Map(found.map(({ id, status }) => [id, status]))
  return calls.map(({ dataset }) => {
    const status = statuses.get(dataset)
    if (status === undefined) return new StoreError('missing', `dataset ${dataset}`)
    return status === 'ACTIVE' ? undefined : new StoreError('inactive', status)
  })
}
