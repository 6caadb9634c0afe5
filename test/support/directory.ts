import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A new, empty directory. The caller removes it. */
export function temporaryDirectory(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'personalite-'))
}
