import { distributeStore } from '../store/open.ts'

/** The most that Citus takes. */
const SHARDS_MAX = 64_000

/** Spreads the tables of a store over nodes. @throws Error with a message of one line for the operator */
export async function distribute(options: { readonly store?: string; readonly shards?: string }): Promise<void> {
  const { store } = options
  if (store === undefined) throw new Error('name the database by --store postgres://…')
  const shards = options.shards === undefined ? undefined : Number(options.shards)
  if (shards !== undefined && !(Number.isInteger(shards) && shards >= 1 && shards <= SHARDS_MAX))
    throw new Error(`--shards must be a whole number from 1 to ${SHARDS_MAX}, not ${options.shards}`)
  await distributeStore(store, console.log, shards)
  console.log('All tables are spread over the nodes: start the servers, by any node')
}
