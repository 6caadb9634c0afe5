/**
 * Assembles the WebAssembly texts of `src/engine/math/` into `src/engine/math/generated/`. With `--check` it only checks
 * that the files are up to date.
 */
import { readFileSync } from 'node:fs'
import openWabt from 'wabt'
import { generated } from './generated.ts'

const folder = new URL('../src/engine/math/', import.meta.url)
const features = { simd: true, threads: true, multi_memory: true, bulk_memory: true }
const wabt = await openWabt()
for (const name of ['kernel', 'order', 'rows', 'moments', 'listed-products', 'vectors', 'whole', 'texts', 'choices']) {
  const module = wabt.parseWat(`${name}.wat`, readFileSync(new URL(`${name}.wat`, folder), 'utf8'), features)
  const base64 = Buffer.from(module.toBinary({}).buffer).toString('base64')
  const lines = base64.match(/.{1,100}/g)!.map(line => `  '${line}'`)
  generated(
    new URL(`generated/${name}.ts`, folder),
    `// Assembled from ../${name}.wat by \`npm run generate\` (scripts/generate-kernel.ts). Do not edit.
/** The module in WebAssembly's binary format, as Base64. */
export const ${name.toUpperCase().replaceAll('-', '_')} =
${lines.join(' +\n')}
`,
  )
}
