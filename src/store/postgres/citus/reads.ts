import { Batches } from '../batches.ts'
import { type Database, statements } from '../database.ts'
import { type Reads, readTogether } from '../read-together.ts'
import { UNDEFINED_TABLE } from '../retries.ts'
import { type Lookup, readsOf } from '../tables/reads.ts'
import type { Place } from './nodes.ts'

const sql = statements('spread reads', {
  places: `
    SELECT asked.places, node.nodename AS name, node.nodeport AS port,
      'records_' || records.shardid AS records, 'interactions_' || asked.shardid AS interactions,
      'dataset_state_' || state.shardid AS state
    FROM (
      SELECT get_shard_id_for_distribution_column('interactions', id) AS shardid, array_agg(place) AS places
      FROM unnest($1::text[]) WITH ORDINALITY AS given (id, place) GROUP BY 1
    ) AS asked
    JOIN pg_dist_shard AS interactions USING (shardid)
    JOIN pg_dist_shard AS records
      ON records.logicalrelid = 'records'::regclass AND records.shardminvalue = interactions.shardminvalue
    JOIN pg_dist_shard AS state ON state.logicalrelid = 'dataset_state'::regclass
    JOIN pg_dist_placement AS placement ON placement.shardid = asked.shardid
    JOIN pg_dist_node AS node ON node.groupid = placement.groupid AND node.noderole = 'primary'`,
})

/** Shards that have the rows of the same ids, and the node that they are at. */
interface Shards extends Place {
  readonly records: string
  readonly interactions: string
  readonly state: string
}

/**
 * Reads of one record or one user's events, from the node that has them: Citus plans each such statement anew, which
 * takes as long as to read ten users. The coordinator is asked where the rows are, each time. All that was put before
 * is there: if they move meanwhile, the node keeps them as they were. Each shard has batches of its own, so that none
 * waits for a node that is lost.
 */
export function spreadReads(coordinator: Database, openNode: (place: Place) => Database): Reads {
  const nodes = new Map<string, Database>()
  const reads = new Map<string, Reads>()
  const places = new Batches<string, Shards>(ids => placesOf(coordinator, ids))
  const readsAt = (at: Shards) => {
    const node = `${at.name}:${at.port}`
    const open = () =>
      readTogether(
        nodes.getOrInsertComputed(node, () => openNode(at)),
        readsOf(at),
      )
    return reads.getOrInsertComputed(`${node} ${at.interactions}`, open)
  }
  const read = async (lookup: Lookup) => readsAt(await places.add(lookup.id)).add(lookup)
  return {
    async add(lookup) {
      try {
        return await read(lookup)
      } catch (error) {
        if ((error as { code?: string }).code !== UNDEFINED_TABLE) throw error
        return read(lookup) // they have moved, and are not kept at that node any more
      }
    },
    async close() {
      await places.close()
      await Promise.all([...reads.values()].map(of => of.close()))
      await Promise.all([...nodes.values()].map(node => node[Symbol.asyncDispose]()))
    },
  }
}

async function placesOf(coordinator: Database, ids: readonly string[]): Promise<readonly Shards[]> {
  const found = await coordinator.query<Shards & { readonly places: readonly number[] }>(sql.places, [ids])
  const of: Shards[] = []
  for (const shards of found) for (const place of shards.places) of[place - 1] = shards
  return of
}
