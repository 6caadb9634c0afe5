import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { it } from 'node:test'
import { openSharedStore } from '../open.ts'
import type { ItWithStore, OpenStore } from './fixture.ts'

/** Which store it is: models, which are kept outside of it, bear the id. */
export function identitySuite(itWithStore: ItWithStore, open: OpenStore): void {
  itWithStore('has an id that stays when it is opened again, and that its threads know', async ({ store, reopen }) => {
    const { identity } = store
    assert.match(identity, /^[\da-f]{32}$/)
    const shared = await openSharedStore(store.share().handle)
    assert.equal(shared.identity, identity)
    await shared.close()
    assert.equal((await reopen()).identity, identity)
  })

  it('has another id than any other store', async () => {
    const directories = await Promise.all([1, 2].map(() => mkdtemp(join(tmpdir(), 'personalite-store-'))))
    const [one, other] = await Promise.all(directories.map(open))
    assert.notEqual(one!.identity, other!.identity)
    await Promise.all([one!.close(), other!.close()])
    await Promise.all(directories.map(directory => rm(directory, { recursive: true })))
  })
}
