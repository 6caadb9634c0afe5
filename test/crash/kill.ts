import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** A round is some starting, some load and a SIGKILL at a random moment. */
const SHORTEST_MS = 150
const LONGEST_MS = 1000

/**
 * Runs a script that prints a number for each acknowledged call, and kills it. Returns the numbers printed.
 * @param since what the moment is counted from. From the start it may well fall into the starting; the first output
 *   comes however slowly the machine starts a process.
 * @throws Error if the script ended before it was killed, with its output on stderr
 */
export async function runAndKill(
  script: URL,
  args: readonly string[],
  since: 'start' | 'first output' = 'start',
): Promise<readonly number[]> {
  const child = spawn(process.execPath, [fileURLToPath(script), ...args])
  let printed = ''
  let errors = ''
  child.stdout.setEncoding('utf8').on('data', text => {
    printed += text
  })
  child.stderr.setEncoding('utf8').on('data', text => {
    errors += text
  })
  const moment = SHORTEST_MS + Math.random() * (LONGEST_MS - SHORTEST_MS)
  let timer: NodeJS.Timeout | undefined
  const begin = () => {
    timer = setTimeout(() => child.kill('SIGKILL'), moment)
  }
  if (since === 'start') begin()
  else child.stdout.once('data', begin)
  const [, signal] = await once(child, 'close')
  clearTimeout(timer)
  if (signal !== 'SIGKILL') throw new Error(`${script.pathname} ended by itself: ${errors}`)
  // The text after the last newline is a number cut short.
  return printed.split('\n').slice(0, -1).map(Number)
}
