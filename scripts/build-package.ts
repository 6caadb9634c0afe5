/**
 * Builds `dist/`, the JavaScript and the declarations of the npm package. `npm pack` runs it; nothing else needs it. Node
 * does not strip types under `node_modules`. Each file of `src/` stays a file, since threads are started from files.
 */
import { execFileSync } from 'node:child_process'
import { cpSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const dist = join(root, 'dist')
/** Adds methods that Node 22 and 24 lack; `lib` in tsconfig.build.json allows no others. */
const ADDED = 'newer-node.js'
const USES_ADDED = /\.getOrInsert|Promise\.try|\bAsyncDisposableStack/
/** It is in a library that tsconfig.build.json allows. */
const LACKING = /\bnew (DisposableStack)\b/
const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { dependencies: object }

rmSync(dist, { recursive: true, force: true })
const tsc = [join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json']
execFileSync(process.execPath, tsc, { cwd: root, stdio: 'inherit' })
for (const file of globSync('**/*.js', { cwd: dist })) finish(file)
cpSync(join(root, 'scripts/package', ADDED), join(dist, ADDED))
copyAssets()
removeUnusedDeclarations('index.d.ts')

/** Copies the files that the program reads at run time, such as SQL. A `.wat` is the source of a generated file. */
function copyAssets(): void {
  for (const file of globSync('**/*.*', { cwd: join(root, 'src'), exclude: name => /\.(ts|wat)$/.test(name) }))
    cpSync(join(root, 'src', file), join(dist, file), { recursive: true })
}

/** Completes an emitted file: tsc rewrites the paths of imports, but not those of threads. */
function finish(file: string): void {
  const path = join(dist, file)
  const text = readFileSync(path, 'utf8').replaceAll(/(new URL\('[^']+)\.ts(', import\.meta\.url\))/g, '$1.js$2')
  const left = /['"`]\.[^'"`\n]*\.ts['"`]/.exec(text)
  if (left) throw new Error(`dist/${file} names ${left[0]}, which the package does not have`)
  const lacking = LACKING.exec(text)
  if (lacking) throw new Error(`dist/${file} uses ${lacking[1]}, which Node 22 lacks: add it to ${ADDED}`)
  for (const [, name] of text.matchAll(/^(?:import|.* from) '((?:@[^/']+\/)?[^.'][^/']*)[^']*';$/gm))
    if (!name!.startsWith('node:') && !(name! in dependencies))
      throw new Error(`dist/${file} imports ${name}, which is no dependency: npm would not install it`)
  const added = relative(dirname(path), join(dist, ADDED))
  const head = USES_ADDED.test(text) ? `import '${added.startsWith('.') ? added : `./${added}`}'\n` : ''
  writeFileSync(path, head + text)
}

/** Removes the declarations that the entry point does not reach. */
function removeUnusedDeclarations(entry: string): void {
  const reached = [resolve(dist, entry)]
  // The list grows while it is read.
  for (const file of reached)
    for (const [, path] of readFileSync(file, 'utf8').matchAll(/(?:from|import)[ (]*['"](\.[^'"]+)\.(?:js|ts)['"]/g)) {
      const next = resolve(dirname(file), `${path}.d.ts`)
      if (!reached.includes(next)) reached.push(next)
    }
  for (const file of globSync('**/*.d.ts', { cwd: dist }))
    if (!reached.includes(join(dist, file))) rmSync(join(dist, file))
}
