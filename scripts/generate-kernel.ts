/**
 * Assembles `src/engine/math/kernel.wat` into `src/engine/math/generated/kernel.ts`. With `--check` it only checks that
 * the file is up to date.
 */
import { readFileSync } from 'node:fs'
import openWabt from 'wabt'
import { generated } from './generated.ts'

const folder = new URL('../src/engine/math/', import.meta.url)
const features = { simd: true, threads: true }
const wabt = await openWabt()
const module = wabt.parseWat('kernel.wat', readFileSync(new URL('kernel.wat', folder), 'utf8'), features)
const base64 = Buffer.from(module.toBinary({}).buffer).toString('base64')
const lines = base64.match(/.{1,100}/g)!.map(line => `  '${line}'`)

generated(
  new URL('generated/kernel.ts', folder),
  `// Assembled from ../kernel.wat by \`npm run generate\` (scripts/generate-kernel.ts). Do not edit.
/** The module in WebAssembly's binary format, as Base64. */
export const KERNEL =
${lines.join(' +\n')}
`,
)
