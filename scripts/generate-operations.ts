/**
 * Writes `src/operations/index.ts`, and the README's table of operations between its two marks. An operation is a file
 * `src/operations/<noun>/<operation-name>.ts`. With `--check` it only checks that they are up to date.
 */

import { globSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { allOperations } from '../src/contract/registry.ts'
import type { OperationName, Service } from '../src/contract/shapes.ts'
import { generated } from './generated.ts'

const root = new URL('../', import.meta.url)
const files = globSync('src/operations/*/*.ts', { cwd: fileURLToPath(root) })
const fileOf = new Map(files.map(file => [basename(file, '.ts'), file]))
const built = allOperations.flatMap(({ name }) => {
  const file = fileOf.get(kebab(name))
  return file ? [{ name, file }] : []
})

generated(new URL('src/operations/index.ts', root), index())
const readme = new URL('README.md', root)
const marked = /(<!-- operations -->\n)[\s\S]*(<!-- \/operations -->)/
generated(readme, readFileSync(readme, 'utf8').replace(marked, `$1${table()}$2`))

function index(): string {
  const imports = built
    .map(({ name, file }) => ({ name: camel(name), from: file.replace('src/operations/', './') }))
    .sort((a, b) => (a.from < b.from ? -1 : 1))
    .map(({ name, from }) => `import { ${name} } from '${from}'\n`)
  return `// Generated from the files of this folder by \`npm run generate\` (scripts/generate-operations.ts). Do not edit.
${imports.join('')}
/** Every operation that is built. */
export const operations = [
${built.map(({ name }) => `  ${camel(name)},\n`).join('')}]
`
}

function table(): string {
  const isBuilt = new Set<OperationName>(built.map(({ name }) => name))
  const missing = allOperations.filter(({ name }) => !isBuilt.has(name)).map(({ name }) => name)
  const names: Readonly<Record<Service, string>> = { control: 'Control plane', events: 'Events', runtime: 'Runtime' }
  const rows = Object.entries(names).map(([service, title]) => {
    const of = allOperations.filter(operation => operation.service === service && isBuilt.has(operation.name))
    return `| ${title} | ${of.map(({ name }) => name).join(', ')} |\n`
  })
  const rest = missing.length === 0 ? '' : ` Not yet: ${missing.join(', ')}.`
  return `${isBuilt.size} of ${allOperations.length} operations.${rest}\n\n| API | Operations |\n|---|---|\n${rows.join('')}`
}

function kebab(name: string): string {
  return name.replace(/(?!^)[A-Z]/g, letter => `-${letter}`).toLowerCase()
}

function camel(name: string): string {
  return name[0]!.toLowerCase() + name.slice(1)
}
