import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const MAIN = join(root, 'src/main.ts')

/** The environment of a user without settings of AWS. A test runner would not run in another one with its variable. */
const env = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(AWS_|NODE_(TEST|COMPILE_CACHE))/.test(name)),
)

/** Texts of an example, such as a port, and what a test puts in their place. */
type Replaced = Readonly<Record<string, string>>

interface Example {
  readonly folder: string
  /** Runs a block of commands of its README, or other commands, in its folder. Returns the lines that it prints. */
  run(commands: string): Promise<readonly string[]>
  /** Starts commands that do not end; `stop` ends them. */
  start(commands: string): AsyncDisposable
  /** The blocks of commands of its README. */
  readonly blocks: readonly string[]
}

/** Copies the examples, to run one as it is written on other ports than those in its files. */
export async function openExample(name: string, directory: string, replaced: Replaced): Promise<Example> {
  const copy = await mkdtemp(join(directory, 'examples-'))
  await cp(join(root, 'examples'), copy, { recursive: true })
  const files = (await readdir(copy, { withFileTypes: true, recursive: true })).filter(file => file.isFile())
  for (const path of files.map(file => join(file.parentPath, file.name)))
    await writeFile(path, replaceAll(await readFile(path, 'utf8'), replaced))
  await install(copy)
  const folder = join(copy, name)
  const readme = await readFile(join(folder, 'README.md'), 'utf8')
  const begin = (commands: string, stderr: 'pipe' | 'ignore') => {
    const PATH = `${join(copy, 'bin')}:${env.PATH}`
    const options = { cwd: folder, env: { ...env, PATH, HOME: folder }, detached: true } as const
    return spawn('bash', ['-euo', 'pipefail', '-c', commands], { ...options, stdio: ['ignore', 'pipe', stderr] })
  }
  return {
    folder,
    blocks: [...readme.matchAll(/```bash\n(.*?)```/gs)].map(([, commands]) => commands!),
    async run(commands) {
      const child = begin(commands, 'pipe')
      const [printed, said] = ['stdout', 'stderr'].map(name => read(child[name as 'stdout']!))
      const [code] = await once(child, 'close')
      if (code !== 0) throw new Error(`the example ${name} ended with ${code}: ${await said}${await printed}`)
      return (await printed!).trimEnd().split('\n')
    },
    start(commands) {
      const child = begin(commands, 'ignore')
      child.stdout!.resume()
      return { [Symbol.asyncDispose]: () => end(child) }
    },
  }
}

/** Brings the packages that `npm install` would, and this clone as the package and as the program that `npx` finds. */
async function install(copy: string): Promise<void> {
  const modules = join(root, 'node_modules')
  const ours = join(copy, 'node_modules/personalite')
  await mkdir(ours, { recursive: true })
  for (const name of await readdir(modules)) await symlink(join(modules, name), join(copy, 'node_modules', name))
  await writeFile(join(ours, 'package.json'), JSON.stringify({ type: 'module', exports: './index.js' }))
  await writeFile(join(ours, 'index.js'), `export * from '${new URL('../../src/index.ts', import.meta.url)}'\n`)
  await mkdir(join(copy, 'bin'))
  const npx = `#!/bin/sh\nshift\nexec '${process.execPath}' '${MAIN}' "$@"\n`
  await writeFile(join(copy, 'bin/npx'), npx, { mode: 0o755 })
}

/** Starts the server with the sample shop that the examples of clients need. */
export async function startQuickstart(): Promise<{ readonly url: string } & AsyncDisposable> {
  const child = spawn(process.execPath, [MAIN, 'quickstart', '--port', '0'], {
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let printed = ''
  for await (const text of child.stdout.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
    printed += text
    const url = /^The server runs at (\S+)/m.exec(printed)?.[1]
    if (url) return { url, [Symbol.asyncDispose]: () => end(child) }
  }
  throw new Error(`the quickstart ended: ${printed}`)
}

/** Ends the commands and what they started: who has the pipe of their output may still write a file. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const closed = once(child, 'close')
  child.stdout!.resume()
  process.kill(-child.pid!, 'SIGTERM')
  await closed
}

async function read(stream: NodeJS.ReadableStream): Promise<string> {
  let text = ''
  for await (const chunk of stream.setEncoding('utf8')) text += chunk
  return text
}

function replaceAll(text: string, replaced: Replaced): string {
  return Object.entries(replaced).reduce((result, [from, to]) => result.replaceAll(from, to), text)
}
