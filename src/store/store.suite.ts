import { describe } from 'node:test'
import { claimsSuite } from './suite/claims.ts'
import { closingSuite } from './suite/closing.ts'
import { concurrencySuite } from './suite/concurrency.ts'
import { expirySuite } from './suite/expiry.ts'
import { type OpenStore, withFixtures } from './suite/fixture.ts'
import { historiesSuite } from './suite/histories.ts'
import { identitySuite } from './suite/identity.ts'
import { importsSuite } from './suite/imports.ts'
import { interactionsSuite } from './suite/interactions.ts'
import { mergeSuite } from './suite/merge.ts'
import { recordsSuite } from './suite/records.ts'
import { removalSuite } from './suite/removal.ts'
import { resourcesSuite } from './suite/resources.ts'
import { sessionsSuite } from './suite/sessions.ts'
import { watchSuite } from './suite/watch.ts'

const SUITES = [
  resourcesSuite,
  removalSuite,
  recordsSuite,
  interactionsSuite,
  historiesSuite,
  sessionsSuite,
  expirySuite,
  importsSuite,
  mergeSuite,
  concurrencySuite,
  watchSuite,
  claimsSuite,
  closingSuite,
  identitySuite,
]

/**
 * The promises of any driver of the store, as tests, in the manner of abstract-level. A new driver adds
 * `storeSuite('postgresql', openPostgresqlStore)` to its own test and is done when it passes.
 * @param open opens the store that is kept in a directory, or under that name
 */
export function storeSuite(driver: string, open: OpenStore): void {
  describe(`the store on ${driver}`, () => {
    for (const suite of SUITES) suite(withFixtures(open), open)
  })
}
