/**
 * Writes the table of flags in `docs/command-line.md`, between its two marks, from `src/config/settings.ts`. With
 * `--check` it only checks that the table is up to date.
 */

import { readFileSync } from 'node:fs'
import { generated } from './generated.ts'

// The default of --s3 depends on this variable. The table has the default without it.
delete process.env.AWS_ENDPOINT_URL_S3
const { settings } = await import('../src/config/settings.ts')

const page = new URL('../docs/command-line.md', import.meta.url)
const marked = /(<!-- settings -->\n)[\s\S]*(<!-- \/settings -->)/
const rows = Object.values(settings).map(({ flags, help, default: value }) => {
  const [flag = ''] = flags.split(' ')
  return [code(flag), code(variableOf(flag)), String(value ?? ''), help]
})
rows.push([code('--config'), code(variableOf('--config')), '', 'JSON file with settings'])
const lines = [['flag', 'variable', 'default', ''], ['---', '---', '---', '---'], ...rows].map(
  cells => `| ${cells.map(cell => cell.replaceAll('|', '\\|').replaceAll('<', '&lt;')).join(' | ')} |\n`,
)
generated(
  page,
  readFileSync(page, 'utf8').replace(marked, (_, start, end) => `${start}\n${lines.join('')}\n${end}`),
)

function code(text: string): string {
  return `\`${text}\``
}

function variableOf(flag: string): string {
  return `PERSONALITE_${flag.slice(2).toUpperCase().replaceAll('-', '_')}`
}
