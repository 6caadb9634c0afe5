import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'

/**
 * The imports allowed to each part of src/. The order is main, cli, index → server → backend → {operate, inspect} →
 * access → operations → {jobs, insights} → {attribution, recommender} → {filters, recipes, engine} → {wire, datasets} →
 * store → {config, log} → policy → contract. Tests may import any part. The linter checks that there is no `any`, and no function longer than 70 lines.
 */
const below: Readonly<Record<string, readonly string[]>> = {
  contract: [],
  'database-urls': [],
  'lag-shedder': [],
  files: [],
  'log-output': [],
  log: ['log-output'],
  clock: [],
  engine: [],
  policy: ['contract'],
  s3: ['config'],
  config: ['database-urls', 'log', 'policy', 'contract'],
  store: ['clock', 'database-urls', 'files', 'contract'],
  datasets: ['store', 'contract'],
  wire: ['store', 'contract', 'config', 'log', 'lag-shedder'],
  audit: ['wire', 'policy', 'contract', 'config', 'log'],
  recipes: ['datasets', 'contract'],
  filters: ['datasets', 'contract'],
  recommender: [
    'clock',
    'config',
    'store',
    's3',
    'files',
    'filters',
    'recipes',
    'datasets',
    'engine',
    'contract',
    'lag-shedder',
  ],
  attribution: ['store', 'datasets', 'contract'],
  jobs: ['retention', 'files', 'attribution', 'recommender', 'recipes', 'store', 's3', 'datasets', 'contract', 'log'],
  insights: ['jobs', 'recommender', 'store', 'recipes', 'datasets', 'engine', 'contract'],
  operations: ['jobs', 'attribution', 'recommender', 'store', 'filters', 'recipes', 'datasets', 'contract', 'log'],
  retention: ['store', 'config', 'log'],
  console: ['wire', 'config'],
  access: ['files', 'policy', 'wire', 'operations', 'store', 'contract', 'config', 'log'],
  operate: ['retention', 'wire', 'operations', 'jobs', 'store', 'config', 'log'],
  inspect: [
    'access',
    'audit',
    'clock',
    'config',
    'operate',
    'insights',
    'retention',
    'wire',
    'operations',
    'jobs',
    'attribution',
    'store',
    'datasets',
    'contract',
  ],
  server: ['backend', 'console', 'audit', 'clock', 'operate', 'wire', 'store', 'contract', 'config', 'log'],
  backend: [
    'access',
    'operate',
    'inspect',
    'insights',
    'retention',
    'wire',
    'operations',
    'jobs',
    'recommender',
    'store',
    'contract',
    'config',
    'log',
  ],
  cli: [
    'files',
    'console',
    'server',
    'inspect',
    'insights',
    'wire',
    'jobs',
    'recommender',
    'store',
    'filters',
    'datasets',
    'engine',
    'contract',
    'config',
  ],
  main: ['cli', 'config'],
  index: ['cli', 'server', 'operations', 'contract', 'config'],
}

const LINES_MAX = 350
const COLUMNS_MAX = 120

const root = fileURLToPath(new URL('..', import.meta.url))
const sources = globSync('src/**/*.ts', { cwd: root })
const handWritten = sources.filter(file => !file.includes('/generated/'))
const isTest = (file: string) => /\.(test|suite|worker)\.ts$|^src\/store\/suite\//.test(file)
const read = (file: string) => readFileSync(join(root, file), 'utf8')

/**
 * The imports of this project's files, including `new URL('./worker.ts', import.meta.url)` and `#test/` of
 * package.json.
 */
const imports = sources
  .filter(file => !isTest(file))
  .flatMap(file =>
    [...read(file).matchAll(/(?:from|import|URL)[ (]*'([.#][^']+)'/g)].map(([, path]) => {
      return {
        from: file,
        to: path!.startsWith('#test/') ? join('test/support', path!.slice(6)) : join(dirname(file), path!),
      }
    }),
  )
const partOf = (file: string) => file.split('/')[1]!.replace('.ts', '')

describe('the architecture', () => {
  it('has imports in one direction, down', () => {
    assert.ok(imports.length > 100)
    const ours = imports.filter(({ to }) => to.startsWith('src/') && to.endsWith('.ts'))
    const upwards = ours.filter(({ from, to }) => {
      const [upper, lower] = [partOf(from), partOf(to)]
      return upper !== lower && !below[upper]?.includes(lower)
    })
    assert.deepEqual(upwards, [])
  })

  it('has no circle of imports among files', () => {
    const among = imports.filter(({ to }) => sources.includes(to))
    const importedBy = Map.groupBy(among, ({ to }) => to)
    const left = new Map(sources.map(file => [file, among.filter(({ from }) => from === file).length]))
    // Removes the files that import nothing, then those that imported only these, and so on. The remaining files are in
    // a circle or lead into one.
    const gone = [...left].filter(([, count]) => count === 0).map(([file]) => file)
    for (const file of gone) {
      left.delete(file)
      for (const { from } of importedBy.get(file) ?? []) {
        left.set(from, left.get(from)! - 1)
        if (left.get(from) === 0) gone.push(from)
      }
    }
    assert.deepEqual([...left.keys()], [])
  })

  it('reads the environment in config/ alone', () => {
    const readers = sources.filter(file => !isTest(file) && /\bprocess\.env\b|\benv\b.*\bprocess\b/.test(read(file)))
    assert.deepEqual(readers.sort(), ['src/config/environment.ts', 'src/config/read-configuration.ts'])
  })

  it('keeps tests and their helpers out of the server', () => {
    assert.deepEqual(
      imports.filter(({ to }) => isTest(to) || !/^(src\/|package\.json$|console\/dist\/$)/.test(to)),
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

  it(`has no comment wider than ${COLUMNS_MAX} columns, which the formatter leaves alone`, () => {
    const isWide = (line: string) => [...line].length > COLUMNS_MAX && /^\s*(\/\/|\/?\*)/.test(line)
    assert.deepEqual(placesOf(handWritten, isWide), [])
  })

  it('has no comment with a sentence that begins with "What" or "Who"', () => {
    const isTurned = (line: string) => /^\s*(\/\/|\/?\*).*(\*|\/\/|[.:]) (What|Who|Whoever) /.test(line)
    assert.deepEqual(placesOf(handWritten, isTurned), [])
  })

  it('has a docstring for every exported function', () => {
    const isSilent = (line: string, before: string | undefined) =>
      /^export (async )?function/.test(line) && !before?.trimEnd().endsWith('*/')
    const ours = handWritten.filter(file => !isTest(file))
    assert.deepEqual(placesOf(ours, isSilent), [])
  })

  it('exports nothing that no other file imports', () => {
    const files = globSync(['{bench,console/src,src,test}/**/*.{ts,tsx}', 'scripts/*.ts'], { cwd: root })
    const imported = new Set(files.flatMap(namesImported))
    // `index.ts` is what programs import, and a job of the engine's team is found by its name.
    const isForOthers = (file: string, line: string) => file === 'src/index.ts' || /TeamJob|rowsJob/.test(line)
    const unused = files
      .filter(file => !isTest(file) && !/^scripts\/|\/generated\/|^test\/support\/on-|\.test-d\.ts$/.test(file))
      .flatMap(file =>
        [...read(file).matchAll(/^export (?:async )?(?:function\*?|const|class|interface|type) (\w+).*/gm)]
          .filter(([line]) => !isForOthers(file, line) && !imported.has(`${file} *`))
          .filter(([, name]) => !imported.has(`${file} ${name}`))
          .map(([, name]) => `${file} ${name}`),
      )
    assert.deepEqual(unused, [])
  })

  for (const script of ['generate-contract', 'generate-kernel', 'generate-operations', 'generate-settings']) {
    it(`is up to date with scripts/${script}.ts`, () => {
      execFileSync(process.execPath, [`scripts/${script}.ts`, '--check'], { cwd: root })
    })
  }
})

describe('the tests', () => {
  /** Whether a loop begins at a line that pauses, or that does nothing but ask a server. */
  const waits = (lines: readonly string[], at: number) => {
    const line = lines[at]!
    if (!/\b(while \(|for \(;;\)|for \(.*; \))/.test(line)) return false
    const indent = line.search(/\S/)
    const end = line.endsWith('{') ? lines.findIndex((later, i) => i > at && later.search(/\S/) === indent) : at
    const isPause = /\bawait (setTimeout|new Promise\(set)/
    return lines.slice(at, end + 1).some(line => isPause.test(line)) || /while \(.*await .*\);$/.test(line)
  }

  it('wait by `eventually`, which ends and says for what', () => {
    const tests = ['{console/src,src}/**/*.{test,suite}.ts', 'src/store/suite/*.ts', 'test/**/*.ts']
    // The first is a program of somebody who uses the server.
    const others = ['test/clients/javascript/*', 'test/support/eventually.ts']
    const files = globSync(tests, { cwd: root, exclude: others })
    assert.ok(files.length > 300)
    const waiting = files.flatMap(file => {
      const lines = read(file).split('\n')
      return lines.flatMap((_, at) => (waits(lines, at) ? [`${file}:${at + 1}`] : []))
    })
    assert.deepEqual(waiting, [])
  })
})

describe('the architecture of the console', () => {
  /** From the top: a folder imports itself and those after it. */
  const order = ['main.tsx', 'shell', 'pages', 'shared', 'session']
  /** Parts of the server that pages use as well: they are without modules of Node. */
  const ofServer = ['filters', 'recipes', 'datasets', 'contract']
  const home = 'console/src/'
  const files = globSync(`${home}**/*.{ts,tsx}`, { cwd: root })
  /** Without types of the server, of which nothing is left in the browser. */
  const importsOf = (file: string) => {
    const text = read(file).replaceAll(/^(import|export) type \{[^}]*\} from '[./]+\/src\/[^']+'/gm, '')
    return [...text.matchAll(/(?:from|import)[ (]*'(\.[^']+)'/g)].map(([, path]) => join(dirname(file), path!))
  }
  const placeOf = (file: string) => order.indexOf(file.slice(home.length).split('/')[0]!)

  it('has imports in one direction, down', () => {
    assert.ok(files.length > 10)
    const all = files.flatMap(from => importsOf(from).map(to => ({ from, to })))
    const isOfServer = (to: string) => to.startsWith('src/') && ofServer.includes(partOf(to))
    assert.deepEqual(
      all.filter(({ from, to }) => !isOfServer(to) && placeOf(to) < Math.max(0, placeOf(from))),
      [],
    )
  })

  it('has a folder a page, which imports no other page', () => {
    const pageOf = (file: string) => /^console\/src\/pages\/([^/]+)\//.exec(file)?.[1]
    const across = files.flatMap(from =>
      importsOf(from).filter(to => pageOf(from) && pageOf(to) && pageOf(from) !== pageOf(to)),
    )
    assert.deepEqual(across, [])
  })

  it(`has no file longer than ${LINES_MAX} lines, and a docstring for every exported function`, () => {
    const isSilent = (line: string, before: string | undefined) =>
      /^export (default )?(async )?function/.test(line) && !before?.trimEnd().endsWith('*/')
    assert.deepEqual(
      files.filter(file => read(file).split('\n').length > LINES_MAX + 1),
      [],
    )
    assert.deepEqual(placesOf(files, isSilent), [])
  })
})

/** The names that a file imports, each as `file name`; `file *` where it imports all of a file. */
function namesImported(file: string): readonly string[] {
  const text = read(file)
  const nameOf = (path: string, name: string) =>
    `${path.startsWith('#test/') ? join('test/support', path.slice(6)) : join(dirname(file), path)} ${name}`
  const listed = text.matchAll(/^(?:import|export) (?:type )?(?:\w+, )?\{([^}]*)\} from '([.#][^']+)'/gm)
  const whole = text.matchAll(/(?:\bimport\(|^import \* as \w+ from )'([.#][^']+)'/gm)
  return [
    ...[...listed].flatMap(([, names, path]) =>
      names!.split(',').map(name => nameOf(path!, /^\s*(?:type )?(\w+)/.exec(name)?.[1] ?? '')),
    ),
    ...[...whole].map(([, path]) => nameOf(path!, '*')),
  ]
}

/** The places (`file:line`) of the lines for which `is` returns true, by the line and the one before it. */
function placesOf(files: readonly string[], is: (line: string, before: string | undefined) => boolean): string[] {
  return files.flatMap(file => {
    const lines = read(file).split('\n')
    return lines.flatMap((line, at) => (is(line, lines[at - 1]) ? [`${file}:${at + 1}`] : []))
  })
}
