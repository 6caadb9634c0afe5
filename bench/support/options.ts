import { readFileSync } from 'node:fs'
import { type ParseArgsConfig, parseArgs } from 'node:util'

const NUMBERS = /^\d+(\.\d+)?(,\d+(\.\d+)?)*$/

/**
 * Returns the options and sets that the command line of a bench names. An option whose default is a number, or several
 * with commas, takes these only. `--help` prints the comment at the head of the bench and ends the process; so does an
 * option that it cannot read, with the exit code 2.
 */
export function readOptions<Config extends ParseArgsConfig>(config: Config): ReturnType<typeof parseArgs<Config>> {
  if (process.argv.slice(2).some(given => given === '--help' || given === '-h')) {
    console.log(headComment())
    process.exit()
  }
  const read = parse(config)
  for (const [name, { default: usual }] of Object.entries(config.options ?? {})) {
    const given = (read.values as Readonly<Record<string, unknown>>)[name]
    if (NUMBERS.test(String(usual)) && !NUMBERS.test(String(given)))
      refuse(`--${name} is ${given}: it must be a number, such as ${usual}`)
  }
  return read
}

function parse<Config extends ParseArgsConfig>(config: Config) {
  try {
    return parseArgs(config)
  } catch (error) {
    return refuse(`${(error as Error).message}\n\n${headComment()}`)
  }
}

/** Ends the process with a message about an option, and the exit code 2. */
export function refuse(message: string): never {
  console.error(message)
  process.exit(2)
}

/** Returns the comment at the head of the file that runs. It says what is measured, and how to call it. */
function headComment(): string {
  const [, comment = ''] = /^\/\*\*\n(.*?)\n \*\//s.exec(readFileSync(process.argv[1]!, 'utf8')) ?? []
  return comment.replaceAll(/^ \* ?/gm, '')
}
