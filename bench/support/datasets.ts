import { arnsOf } from '../../src/operations/shared/arns.ts'
import { openStore } from '../../src/store/open.ts'
import { createDataset } from './create-dataset.ts'
import { progress } from './progress.ts'
import { fieldsOf, USERS_SCHEMA } from './requests.ts'

const arns = arnsOf('000000000000', 'us-east-1')
export const USERS_DATASET = arns.of('dataset/bench/USERS')

/**
 * Fills a data directory, or the PostgreSQL database of this URL, with a Users dataset. Its users count as put ones,
 * without HTTP requests.
 */
export async function fillUsers(dataDir: string, users: number, url?: string): Promise<void> {
  await using store = await openStore(dataDir, url)
  const group = arns.of('dataset-group/bench')
  if (!(await store.resources.get(group)))
    await store.resources.create({ status: 'ACTIVE', kind: 'dataset-group', arn: group, document: { name: 'bench' } })
  const id = await createDataset(store, 'bench', 'Users', JSON.parse(USERS_SCHEMA).fields)
  const bar = progress(`filling ${users.toLocaleString('en')} users`, users)
  const AT_ONCE = 1000
  // In the order of ids, which is the fastest.
  const ids = Array.from({ length: users }, (_, index) => userId(index)).sort()
  for (let from = 0; from < users; from += 10 * AT_ONCE) {
    const calls = Array.from({ length: 10 }, (_, call) => ids.slice(from + call * AT_ONCE, from + (call + 1) * AT_ONCE))
    await Promise.all(
      calls
        .filter(call => call.length > 0)
        .map(call =>
          store.records.put(
            id,
            call.map((userId, index) => ({ id: userId, fields: fieldsOf(index) })),
          ),
        ),
    )
    bar.add(10 * AT_ONCE)
  }
  await store.records.count(id, 'PUT')
  bar.done()
}

export function userId(index: number): string {
  return `user-${index}`
}
