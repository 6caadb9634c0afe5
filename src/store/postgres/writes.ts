import type { InteractionStore } from '../interaction-store.ts'
import { expireSpread } from './citus/expiry.ts'
import { spreadImportWrites } from './citus/imports.ts'
import { spreadInteractionWrites } from './citus/interactions.ts'
import { spreadRecordWrites } from './citus/records.ts'
import type { UnderWay } from './citus/under-way.ts'
import type { Database } from './database.ts'
import { openExpiry } from './expiry.ts'
import { writersEnded } from './settled.ts'
import { expireInteractions } from './tables/expiry.ts'
import { type ImportWrites, importWrites } from './tables/imports.ts'
import { type InteractionWrites, interactionWrites } from './tables/interactions.ts'
import { type RecordWrites, recordWrites } from './tables/records.ts'

/** The writes of the tables that grow. */
export interface Writes {
  readonly records: RecordWrites
  readonly interactions: InteractionWrites &
    Pick<InteractionStore, 'expire'> & {
      /** Resolves when the puts that have drawn numbers have ended, see `writersEnded`. */
      ended(): Promise<void>
    }
  readonly imports: ImportWrites
}

interface Databases {
  readonly db: Database
  /** The node that takes Put calls, where tables are spread over nodes. */
  readonly near: Database
  /** Where a commit does not wait for the disk. */
  readonly later: Database
}

/** @param underWay left out where tables are not spread over nodes */
export function openWrites({ db, near, later }: Databases, underWay: UnderWay | undefined): Writes {
  const expire = openExpiry(db, limits => (underWay ? expireSpread : expireInteractions)(later, limits))
  if (underWay)
    return {
      records: spreadRecordWrites(db, near, underWay),
      interactions: { ...spreadInteractionWrites(db, near, underWay), expire, ended: underWay.ended },
      imports: spreadImportWrites(db, underWay),
    }
  return {
    records: recordWrites(db),
    interactions: { ...interactionWrites(db), expire, ended: () => writersEnded(db, 'interactions') },
    imports: importWrites(db),
  }
}
