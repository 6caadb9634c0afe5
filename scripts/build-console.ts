/**
 * Builds `console/dist/`, the files that the server has at `/console/`, unless they are of the same sources already. It
 * takes some seconds. `npm start`, `npm test` and `npm pack` run it.
 */
import { createHash } from 'node:crypto'
import { globSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const consoleRoot = join(root, 'console')
const built = join(consoleRoot, 'dist')
/** Has the hash of the sources that the files were built from. */
const MARK = '.sources'

const hash = hashOfSources()
if (builtFrom() !== hash) await build()

async function build(): Promise<void> {
  console.error('Building the console: once, some seconds')
  const vite = await import('vite')
  // Another process may build at the same time: the files come into their place whole.
  const made = mkdtempSync(join(consoleRoot, '.dist-'))
  try {
    await vite.build({ root: consoleRoot, logLevel: 'warn', build: { outDir: made, emptyOutDir: true } })
    writeFileSync(join(made, MARK), hash)
    rmSync(built, { recursive: true, force: true })
    renameSync(made, built)
  } catch (error) {
    rmSync(made, { recursive: true, force: true })
    if (builtFrom() !== hash) throw error
  }
}

function builtFrom(): string | undefined {
  try {
    return readFileSync(join(built, MARK), 'utf8')
  } catch {
    return undefined
  }
}

/** The lock file names the versions of the libraries. */
function hashOfSources(): string {
  const files = globSync(['console/{src,public}/**/*.*', 'console/*.*', 'package-lock.json'], { cwd: root }).sort()
  const sum = createHash('sha256')
  for (const file of files) sum.update(`${file}\n`).update(readFileSync(join(root, file)))
  return sum.digest('hex')
}
