import { globSync } from 'node:fs'
import { cp, readFile } from 'node:fs/promises'
import { join, matchesGlob } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** The Dockerfile as far as it can be followed without Docker. Its lines have the forms that it uses, and no others. */
export interface Image {
  /** The command that installs the packages. */
  readonly install: readonly string[]
  /** Files and folders that are copied from the clone. */
  readonly copied: readonly string[]
  readonly env: Readonly<Record<string, string>>
  /** The entry point with its default arguments. */
  readonly start: readonly string[]
  readonly healthCheck: readonly string[]
}

/** Reads the Dockerfile. @throws Error if it lacks one of the parts */
export async function readImage(): Promise<Image> {
  const text = (await read('Dockerfile')).replaceAll(/^#.*\n/gm, '').replaceAll(/\\\n\s*/g, '')
  const found = (pattern: RegExp) => [...text.matchAll(pattern)].map(([, part]) => part!)
  const one = (pattern: RegExp) => {
    const [part] = found(pattern)
    if (part === undefined) throw new Error(`the Dockerfile has no line ${pattern}`)
    return part
  }
  const list = (pattern: RegExp) => JSON.parse(one(pattern)) as readonly string[]
  return {
    install: one(/^RUN (npm .*?) &&/gm).split(' '),
    copied: [...new Set(found(/^COPY (?!--)(.*) \S+$/gm).flatMap(files => files.split(' ')))],
    env: Object.fromEntries(
      one(/^ENV (.*)$/gm)
        .split(' ')
        .map(variable => variable.split('=') as [string, string]),
    ),
    start: [...list(/^ENTRYPOINT (.*)$/gm), ...list(/^CMD (.*)$/gm)],
    healthCheck: list(/^HEALTHCHECK .* CMD (.*)$/gm),
  }
}

/** Copies the files of the image into a folder; Docker sees none of those that `.dockerignore` excludes. */
export async function copyFiles({ copied }: Image, folder: string): Promise<void> {
  const rules = (await read('.dockerignore')).split('\n').filter(line => line !== '' && !line.startsWith('#'))
  const isSeen = (file: string) => {
    const rule = rules.findLast(rule => {
      const pattern = rule.replace('!', '')
      return matchesGlob(file, pattern) || matchesGlob(file, `${pattern}/**`)
    })
    return rule === undefined || rule.startsWith('!')
  }
  const files = globSync(
    copied.flatMap(path => [path, `${path}/**/*`]),
    { cwd: root, withFileTypes: true },
  )
  for (const file of files) {
    const path = join(file.parentPath, file.name).slice(root.length)
    if (file.isFile() && isSeen(path)) await cp(join(root, path), join(folder, path))
  }
}

function read(file: string): Promise<string> {
  return readFile(join(root, file), 'utf8')
}
