import { createInterface } from 'node:readline/promises'

/** Asks a question on the terminal. Returns whether the answer is yes. */
export async function asks(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim())
  } finally {
    terminal.close()
  }
}
