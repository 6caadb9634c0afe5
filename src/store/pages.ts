import { setImmediate } from 'node:timers/promises'
import type { Resource, ResourceQuery, ResourceStore } from './resource-store.ts'

/** Some 5 ms; other requests may have to wait this long. */
const PAGE = 500

/** All resources of a query, read page by page, so that requests are answered meanwhile: there may be 100,000. */
export async function* inPages(
  { list }: Pick<ResourceStore, 'list'>,
  query: Omit<ResourceQuery, 'after' | 'limit'>,
): AsyncGenerator<Resource> {
  for (let after: number | undefined; ; await setImmediate()) {
    const page = await list({ ...query, after, limit: PAGE })
    yield* page
    if (page.length < PAGE) return
    after = page.at(-1)!.id
  }
}
