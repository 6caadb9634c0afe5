import { basename } from 'node:path'
import { after, before, it } from 'node:test'
import { CITUS, type Citus, MISSING, startCitus } from '#test/citus.ts'
import { openPostgresStore } from '../../src/store/postgres/store.ts'
import { storeSuite } from '../../src/store/store.suite.ts'

/** Databases of earlier tests that stay: a test opens two at most. */
const KEPT = 4

if (CITUS) {
  let citus: Citus
  const names = new Set<string>()
  before(async () => {
    citus = await startCitus({ fsync: 'off' })
  })
  after(() => citus[Symbol.asyncDispose]())

  storeSuite('Citus, by way of any node', async directory => {
    const name = basename(directory).toLowerCase()
    names.add(name)
    for (const old of [...names].slice(0, -KEPT)) {
      names.delete(old)
      await citus.dropDatabase(old)
    }
    return openPostgresStore(await citus.createDatabase(name))
  })
} else it('the store on Citus', { skip: MISSING })
