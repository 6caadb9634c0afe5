import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'

/**
 * What each part of src/ may import: main, cli → server → {wire, inspect} → operations → {store, jobs, recipes} and
 * filters → datasets → contract. Tests may import what they like. That there is no `any` is for the linter
 * (noExplicitAny).
 */
const below: Readonly<Record<string, readonly string[]>> = {
  contract: [],
  log: [],
  metrics: [],
  engine: [],
  datasets: ['contract'],
  recipes: ['contract'],
  filters: ['datasets', 'contract'],
  store: ['contract'],
  s3: [],
  recommender: ['store', 's3', 'filters', 'recipes', 'datasets', 'engine', 'contract'],
  attribution: ['recommender', 'store', 'datasets', 'contract'],
  jobs: ['attribution', 'recommender', 'store', 's3', 'datasets', 'contract', 'log'],
  insights: ['jobs', 'recommender', 'engine', 'store', 'datasets', 'contract'],
  operations: ['jobs', 'attribution', 'recommender', 'store', 'filters', 'recipes', 'datasets', 'contract', 'log'],
  config: ['operations', 'wire', 'log'],
  configuration: ['config', 'operations', 'log'],
  wire: ['operations', 'contract', 'log'],
  inspect: ['wire', 'metrics', 'operations', 'insights', 'attribution', 'store', 'jobs', 'datasets', 'contract', 'log'],
  upkeep: ['wire', 'inspect', 'metrics', 'operations', 'jobs', 'config', 'log'],
  server: [
    'upkeep',
    'wire',
    'inspect',
    'metrics',
    'operations',
    'insights',
    'jobs',
    'recommender',
    'store',
    'datasets',
    'contract',
    'log',
    'config',
  ],
  cli: [
    'server',
    'wire',
    'inspect',
    'recommender',
    'insights',
    'jobs',
    'store',
    'datasets',
    'engine',
    'contract',
    'log',
    'config',
    'configuration',
  ],
  main: ['cli', 'server', 'datasets', 'config', 'configuration'],
}

const LINES_MAX = 350

const root = fileURLToPath(new URL('..', import.meta.url))
const sources = globSync('src/**/*.ts', { cwd: root })
const handWritten = sources.filter(file => !file.includes('/generated/'))
const isTest = (file: string) => /\.(test|suite|worker)\.ts$|^src\/store\/suite\/|\/testing\.ts$/.test(file)
const read = (file: string) => readFileSync(join(root, file), 'utf8')

/** Each import of a file of ours, `new URL('./worker.ts', import.meta.url)` included. */
const imports = sources
  .filter(file => !isTest(file))
  .flatMap(file =>
    [...read(file).matchAll(/(?:from|import|URL)[ (]*'(\.[^']+)'/g)].map(([, path]) => {
      return { from: file, to: join(dirname(file), path!) }
    }),
  )
const partOf = (file: string) => file.split('/')[1]!.replace('.ts', '')

describe('the architecture', () => {
  it('has imports run one way down', () => {
    assert.ok(imports.length > 100)
    const ours = imports.filter(({ to }) => to.startsWith('src/') && to.endsWith('.ts'))
    const upwards = ours.filter(({ from, to }) => {
      const [upper, lower] = [partOf(from), partOf(to)]
      return upper !== lower && !below[upper]?.includes(lower)
    })
    assert.deepEqual(upwards, [])
  })

  it('keeps tests and their helpers out of the server', () => {
    assert.deepEqual(
      imports.filter(({ to }) => isTest(to) || !/^(src\/|package\.json$)/.test(to)),
      [],
    )
  })

  for (const [driver, packages] of [
    ['sqlite', /['"]node:sqlite/],
    ['postgres', /['"]pg(-cursor|-copy-streams)?['"]/],
  ] as const) {
    it(`knows ${driver} in one place`, () => {
      const home = `src/store/${driver}/`
      const outside = imports.filter(({ from, to }) => to.startsWith(home) && !from.startsWith(home))
      assert.deepEqual([...new Set(outside.map(({ from }) => from))], ['src/store/open.ts'])
      const drivers = sources.filter(file => !file.startsWith(home) && packages.test(read(file)))
      assert.deepEqual(drivers, [])
    })
  }

  it(`has no file longer than ${LINES_MAX} lines`, () => {
    assert.deepEqual(
      handWritten.filter(file => read(file).split('\n').length > LINES_MAX + 1),
      [],
    )
  })

  for (const script of ['generate-contract', 'generate-kernel', 'generate-operations']) {
    it(`is up to date with scripts/${script}.ts`, () => {
      execFileSync(process.execPath, [`scripts/${script}.ts`, '--check'], { cwd: root })
    })
  }
})
