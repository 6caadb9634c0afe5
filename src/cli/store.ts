import { distributeStore } from '../store/open.ts'

/** Spreads the tables of a store over nodes. @throws Error with a message of one line for the operator */
export async function distribute({ store }: { readonly store?: string }): Promise<void> {
  if (store === undefined) throw new Error('name the database by --store postgres://…')
  await distributeStore(store, console.log)
  console.log('All tables are spread over the nodes: start the servers, by any node')
}
