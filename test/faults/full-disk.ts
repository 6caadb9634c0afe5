import { execFileSync } from 'node:child_process'
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A disk in memory that can be filled. */
interface Disk extends Disposable {
  readonly path: string
  /** Leaves no room on it. */
  fill(): void
  /** Makes room again. */
  clear(): void
}

/** @returns undefined if this user may not mount one */
export function mountDisk(megabytes: number): Disk | undefined {
  const path = mkdtempSync(join(tmpdir(), 'personalite-disk-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=0755`, 'tmpfs', path], { stdio: 'ignore' })
  } catch {
    rmSync(path, { recursive: true })
    return undefined
  }
  mkdirSync(join(path, 'data'))
  return {
    path: join(path, 'data'),
    fill: () => fillUp(join(path, 'ballast')),
    clear: () => rmSync(join(path, 'ballast')),
    [Symbol.dispose]() {
      execFileSync('umount', ['-l', path])
      rmSync(path, { recursive: true })
    },
  }
}

function fillUp(path: string): void {
  const file = openSync(path, 'w')
  try {
    for (const size of [1 << 20, 1 << 12]) writeUntilFull(file, Buffer.alloc(size))
  } finally {
    closeSync(file)
  }
}

function writeUntilFull(file: number, bytes: Buffer): void {
  try {
    while (writeSync(file, bytes) > 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
  }
}
