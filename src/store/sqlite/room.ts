import { statfsSync } from 'node:fs'
import { dirname } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { StoreError } from '../store.ts'

const MIB = 2 ** 20
/** For Put calls and jobs, and to delete the rows of the import again. */
const LEFT_MIB = 64
/** The write-ahead log needs it, also where the pages of deleted rows are enough for the rest. */
const LOG_MIB = 16

/**
 * Returns a function that throws where the disk has too little room for more of an import. Rows that nobody sees yet
 * would else fill it, and keep out those of Put calls. The pages of deleted rows are room, too.
 * @param path that of the database
 * @throws StoreError `full`
 */
export function roomForImports(db: DatabaseSync, path: string): () => void {
  const deleted = db.prepare('SELECT freelist_count * page_size AS bytes FROM pragma_freelist_count, pragma_page_size')
  return () => {
    const { blocks, bavail, bsize } = statfsSync(dirname(path))
    const free = bavail * bsize
    // Some file systems do not say how large they are.
    if (blocks === 0 || free >= LEFT_MIB * MIB) return
    if (free >= LOG_MIB * MIB && free + (deleted.get()!.bytes as number) >= LEFT_MIB * MIB) return
    throw new StoreError('full', `The server's disk has too little room: an import leaves ${LEFT_MIB} MiB of it free`)
  }
}
