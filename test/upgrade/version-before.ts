import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The version before this one where no version is tagged yet: the commit from which upgrades are tested. */
const BEFORE_THE_FIRST_TAG = '10290b3424b25d96d40ce246156f53eaac6c7bf3'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
/** The parts of a checkout that the server needs. */
const PARTS = ['src', 'bin', 'package.json']

/** The version before, as a program that runs. */
export interface VersionBefore extends Disposable {
  /** A tag, or a commit. */
  readonly name: string
  /** The path of its `src/main.ts`. */
  readonly main: string
}

const git = (...args: readonly string[]) =>
  execFileSync('git', args, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()

/** The newest tag before this commit: on the day of a release this commit has a tag itself. */
function nameBefore(): string {
  try {
    return git('describe', '--tags', '--abbrev=0', '--match', 'v*', 'HEAD^')
  } catch {
    return BEFORE_THE_FIRST_TAG
  }
}

/**
 * Returns the reason why the version before cannot be had here; false if it can. It is said aloud: a test that is left
 * out has proved nothing.
 */
export function isMissing(): string | false {
  const name = nameBefore()
  try {
    git('cat-file', '-e', `${name}^{commit}`)
    return false
  } catch {
    const reason = `the history has no ${name}: fetch it with git fetch --unshallow --tags`
    console.log(`LEFT OUT: upgrades from the version before, for ${reason}`)
    return reason
  }
}

/** Takes the version before out of the history, into a temporary folder. It uses the packages of this checkout. */
export function takeVersionBefore(): VersionBefore {
  const name = nameBefore()
  const folder = mkdtempSync(join(tmpdir(), 'personalite-before-'))
  const archive = join(folder, 'archive.tar')
  git('archive', '--output', archive, name, ...PARTS)
  execFileSync('tar', ['-xf', archive, '-C', folder])
  rmSync(archive)
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
  return {
    name,
    main: join(folder, 'src/main.ts'),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  }
}
