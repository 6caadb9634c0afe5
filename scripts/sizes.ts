/** Prints the sizes of the packages that a clone installs to develop, and of those that the npm package installs. */
import { globSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { temporaryDirectory } from '#test/directory.ts'
import { bytesOf, installPackage } from '../test/package/installed.ts'

const LISTED = 10

const directory = await temporaryDirectory()
try {
  const installed = join(await installPackage(directory), 'node_modules')
  print('npm install of the package', installed)
  print('node_modules of a clone', fileURLToPath(new URL('../node_modules', import.meta.url)))
} finally {
  await rm(directory, { recursive: true })
}

function print(title: string, folder: string): void {
  const names = globSync('{[!@]*,@*/*}', { cwd: folder })
  const sizes = names.map(name => [name, bytesOf(join(folder, name))] as const).sort(([, a], [, b]) => b - a)
  const sum = (of: typeof sizes) => of.reduce((total, [, bytes]) => total + bytes, 0)
  console.log(`${megabytes(sum(sizes))}  ${title}: ${names.length} packages`)
  for (const [name, bytes] of sizes.slice(0, LISTED)) console.log(`${megabytes(bytes)}    ${name}`)
  console.log(`${megabytes(sum(sizes.slice(LISTED)))}    the others\n`)
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1).padStart(6)} MB`
}
