import { readFileSync, writeFileSync } from 'node:fs'

/** Writes a generated file. With `--check` it writes nothing, and fails if the file is out of date. */
export function generated(file: URL, text: string): void {
  if (!process.argv.includes('--check')) {
    writeFileSync(file, text)
  } else if (readFileSync(file, 'utf8') !== text) {
    console.error(`${file.pathname} is out of date: npm run generate`)
    process.exitCode = 1
  }
}
