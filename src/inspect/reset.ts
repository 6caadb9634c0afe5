import type { Route } from './route.ts'

/** Empties a server that has its data in memory. */
export const reset: Route = async sources => {
  await sources.reset()
  return {}
}
