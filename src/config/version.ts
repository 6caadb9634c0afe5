import { readFileSync } from 'node:fs'

const read = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }

/** The version of this package, such as `0.1.0`. */
export const { version } = read
