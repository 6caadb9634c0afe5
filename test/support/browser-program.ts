import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** The names of Chromium in Debian, and of others that are made of it. */
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge']

/** Returns the path of the machine's Chromium; undefined where there is none. */
export function browserProgram(): string | undefined {
  const { PATH = '' } = process.env
  return PATH.split(delimiter)
    .flatMap(directory => NAMES.map(name => join(directory, name)))
    .find(existsSync)
}
