import { execFile, execFileSync } from 'node:child_process'
import { globSync, lstatSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** The machine's own programs: npm puts those of this project before them. */
const PATH = process.env
  .PATH!.split(delimiter)
  .filter(folder => !folder.includes('node_modules'))
  .join(delimiter)

/** The environment of a user of this machine, without the variables that npm sets for its scripts. */
export const env: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_(OPTIONS|TEST|COMPILE_CACHE)|INIT_CWD$)/i.test(name)),
  ),
  PATH,
}

const [path = '', version = ''] = JSON.parse(
  execFileSync('node', ['-p', 'JSON.stringify([process.execPath, process.versions.node])'], { env, encoding: 'utf8' }),
) as readonly string[]

/** The machine's own Node. */
export const ownNode = { path, version }

/** A registry that does not answer must not hold up the tests. */
const MINUTES_MAX = 5

/** Runs a program in a folder as a user does; returns its standard output. @throws Error with its output if it fails */
export async function run(folder: string, command: string, args: readonly string[], path = ''): Promise<string> {
  return (await outputOf(folder, command, args, path)).stdout
}

/** The same; returns its standard error, too. */
export function outputOf(folder: string, command: string, args: readonly string[], path = '') {
  const options = { cwd: folder, env: { ...env, PATH: path + PATH }, maxBuffer: 1 << 26, timeout: MINUTES_MAX * 60_000 }
  return promisify(execFile)(command, args, options)
}

/** Packs this project, and installs the package into an empty folder as its users do. Returns its folder there. */
export async function installPackage(directory: string): Promise<string> {
  const [packed, folder] = [join(directory, 'packed'), join(directory, 'a team')]
  for (const one of [packed, folder]) await mkdir(one)
  await run(root, 'npm', ['pack', '--pack-destination', packed])
  await run(folder, 'npm', ['install', '--no-audit', '--no-fund', tarballIn(directory)])
  return folder
}

/** The file that `installPackage` has packed. */
export function tarballIn(directory: string): string {
  const [tarball] = globSync('packed/*.tgz', { cwd: directory })
  return join(directory, tarball!)
}

/** Installs a version of Node from npm. Returns the path of its program. */
export async function installNode(directory: string, version: string): Promise<string> {
  const folder = join(directory, `node ${version}`)
  await mkdir(folder)
  await writeFile(join(folder, 'package.json'), JSON.stringify({ allowScripts: { node: true } }))
  await run(folder, 'npm', ['install', '--no-audit', '--no-fund', `node@${version}`])
  return join(folder, 'node_modules/node/bin/node')
}

/** The bytes that a folder takes on the disk, as `du` counts them: whole blocks, folders too, a hard link once. */
export function bytesOf(folder: string): number {
  const found = ['', ...globSync('**/*', { cwd: folder })].map(file => lstatSync(join(folder, file)))
  const once = new Map(found.map(file => [file.ino, file.blocks * 512]))
  return once.values().reduce((sum, bytes) => sum + bytes, 0)
}
