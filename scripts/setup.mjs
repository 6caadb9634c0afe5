// Run by npm before `npm start` and `npm test`, on whatever Node the machine has: brings what package-lock.json lists,
// the Node that the project runs on included, unless it is there already. Plain JavaScript for Node 18 and newer.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'

const OLDEST_NODE = 26
const root = fileURLToPath(new URL('..', import.meta.url))

if (!isInstalled()) install()

/** npm's own record of what it installed says the same as the lock file. Times do not count: git changes them. */
function isInstalled() {
  const wanted = packagesIn('package-lock.json')
  const found = packagesIn('node_modules/.package-lock.json')
  if (!wanted || !found || !hasNode()) return false
  return Object.entries(wanted).every(([path, { version, integrity, optional }]) => {
    if (path === '') return true
    const { [path]: there } = found
    // Packages for another platform are in the lock file only.
    return there ? there.version === version && there.integrity === integrity : optional
  })
}

function packagesIn(path) {
  try {
    return JSON.parse(readFileSync(`${root}${path}`, 'utf8')).packages
  } catch {
    return undefined
  }
}

/** Its program is fetched by a script of the package `node`, which does not run under --ignore-scripts. */
function hasNode() {
  const programs = ['node', 'node.exe'].map(name => `${root}node_modules/node/bin/${name}`)
  return Number.parseInt(process.versions.node, 10) >= OLDEST_NODE || programs.some(existsSync)
}

function install() {
  console.error('Installing what package-lock.json lists into node_modules: once, half a minute or so')
  // The Node of this machine may be too old for the program: npm brings the right one.
  const args = ['ci', '--include=dev', '--no-engine-strict', '--loglevel=error', '--no-progress']
  // With `npm start` npm says where it is; that is a script for the Node that runs this.
  const npm = process.env.npm_execpath ?? ''
  const [command, first] = basename(npm) === 'npm-cli.js' ? [process.execPath, [npm]] : ['npm', []]
  const options = { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] }
  const { status, error } = spawnSync(command, [...first, ...args], options)
  if (status === 0 && isInstalled()) return
  console.error(`npm ci failed${error ? `: ${error.message}` : ''}. It needs npm's registry, this once.`)
  process.exit(status || 1)
}
