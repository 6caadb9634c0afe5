import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { basename, dirname, join, normalize } from 'node:path'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { recipes } from '../src/recipes/recipes.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const read = (file: string) => readFileSync(join(root, file), 'utf8')
const pages = globSync(['*.md', '{bench,contract,docs,examples,src,test}/**/*.md'], { cwd: root }).sort()
const files = globSync(
  ['*', '.ci/*', 'console/{*,{src,public}/**}', '{bench,bin,contract,deploy,docs,examples,scripts,src,test}/**'],
  { cwd: root },
)
const { scripts } = JSON.parse(read('package.json')) as { scripts: Readonly<Record<string, string>> }

/** Whether it is a file or folder of the repository; the first folders of its path may be left out. */
const isThere = (path: string) => files.some(file => file === path || file.endsWith(`/${path}`))

/** Returns the texts that the first group of the pattern finds on each page, each with its page. */
const found = (pattern: RegExp) =>
  pages.flatMap(page => [...read(page).matchAll(pattern)].map(([, name]) => ({ page, name: name! })))

describe('the documentation', () => {
  it('links to files and headings that exist', () => {
    const dead = found(/\]\(([^)\s]+)\)/g).filter(({ page, name }) => {
      if (/^(https?|mailto):/.test(name)) return false
      const [path = '', heading] = name.split('#')
      const target = path === '' ? page : normalize(join(dirname(page), path))
      return !existsSync(join(root, target)) || (heading !== undefined && !headings(target).includes(heading))
    })
    assert.deepEqual(dead, [])
  })

  it('names files that exist', () => {
    const gone = found(/`([\w./-]+\.(?:ts|mjs|sh|sql|py|wat|md))`/g).filter(({ name }) => !isThere(name))
    assert.deepEqual(gone, [])
  })

  it('names folders of the code that exist', () => {
    const named = [
      ...read('docs/architecture.md').matchAll(/`((?:[\w-]+\/)+)`/g),
      ...read('CONTRIBUTING.md').matchAll(/`((?:[\w-]+\/)+)`/g),
      ...drawing().matchAll(/(?<![\w-])((?:[\w-]+\/)+)/g),
    ]
    assert.ok(named.length > 30)
    assert.deepEqual(
      named.map(([, name]) => name!).filter(name => !isThere(normalize(name).replace(/\/$/, ''))),
      [],
    )
  })

  it('names every part of src/ in the drawing of the architecture', () => {
    const parts = globSync('src/*', { cwd: root, exclude: file => file.endsWith('.test.ts') }).map(part =>
      basename(part),
    )
    const missing = parts.filter(part => !part.endsWith('.ts') && !drawing().includes(`${part}/`))
    assert.deepEqual(missing, [])
  })

  it('names every recipe beside its family', () => {
    const rows = read('docs/architecture.md').split('\n')
    const missing = recipes.filter(({ name, family }) => {
      const row = rows.find(row => row.startsWith(`| \`${family}\``))
      return !row?.includes(`\`${name.replace('aws-', '')}\``)
    })
    assert.deepEqual(missing, [])
  })

  it('names commands that package.json has', () => {
    const named = found(/npm run (?:--silent )?([a-z][\w:-]*)/g)
    assert.deepEqual(
      named.filter(({ name }) => !scripts[name]),
      [],
    )
  })

  it('names every path of /inspect', () => {
    const paths = [...read('src/inspect/routes.ts').matchAll(/^ {2}\['(\/inspect\/[\w-]+)'/gm)].map(([, path]) => path!)
    assert.ok(paths.length > 20)
    const text = pages.map(read).join()
    assert.deepEqual(
      paths.filter(path => !new RegExp(`${path}(?![\\w-])`).test(text)),
      [],
    )
  })

  it('names metrics that the server has', () => {
    const named = found(/\b(personalite_[a-z0-9_]+?)(?:_bucket)?\b/g)
    assert.ok(named.length >= 8)
    const metrics = globSync('src/operate/*.ts', { cwd: root }).map(read).join()
    assert.deepEqual(
      named.filter(({ name }) => !metrics.includes(`'${name}'`)),
      [],
    )
  })

  it('says at the head of each bench how to call it, which --help prints', () => {
    for (const bench of globSync('bench/*.ts', { cwd: root })) {
      const name = `bench:${basename(bench, '.ts')}`
      assert.match(/^\/\*\*.*?\*\//s.exec(read(bench))![0], new RegExp(`\n \\* {5}npm run ${name}\\b`), bench)
      assert.equal(scripts[name]?.split(' ').at(-1), bench)
    }
  })
})

describe('the scripts', () => {
  it('run test files that exist', () => {
    const named = [...Object.values(scripts), read('scripts/any-day.ts')].flatMap(text =>
      [...text.matchAll(/["' ]((?:src|test)\/[^"' ]*\.ts)/g)].flatMap(([, pattern]) => alternatives(pattern!)),
    )
    assert.ok(named.length > 40)
    assert.deepEqual(
      named.filter(pattern => globSync(pattern, { cwd: root }).length === 0),
      [],
    )
  })
})

/** Returns the headings of a page as GitHub writes them into links. */
function headings(page: string): readonly string[] {
  const text = read(page).replaceAll(/^```.*?^```/gms, '')
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  )
}

/** The drawing of the architecture, without the lines around it. */
function drawing(): string {
  return /^```\n(.*?)^```/ms.exec(read('docs/architecture.md'))![1]!.replaceAll(/[─-╿]/g, ' ')
}

/** Returns a pattern once for each alternative in its braces. */
function alternatives(pattern: string): readonly string[] {
  const braces = /\{([^{}]*)\}/.exec(pattern)
  if (!braces) return [pattern]
  return braces[1]!.split(',').flatMap(one => alternatives(pattern.replace(braces[0], one)))
}
