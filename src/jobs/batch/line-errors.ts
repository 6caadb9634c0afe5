import { Mistakes } from '../tables/mistakes.ts'
import type { Answers } from './answered.ts'

/** The lines of a batch job's output that have an error, which else only those see who read all of the output. */
export class LineErrors {
  readonly #mistakes = new Mistakes()
  #lines = 0

  /**
   * @param uri the name of the file of output
   * @param before how many lines of it come before these
   */
  add(uri: string, before: number, { lines, errors }: Answers): void {
    this.#lines += lines
    for (const { line, error } of errors) this.#mistakes.add({ uri, unit: 'line' }, before + line + 1, error)
  }

  /** Returns a note where some lines could not be answered, or where there are none; else none. */
  notes(): readonly string[] {
    if (this.#lines === 0) return ['nothing was answered: the input has no lines']
    const { rows } = this.#mistakes
    if (rows === 0) return []
    const lines = this.#lines === 1 ? 'the only line has' : `${rows} of ${this.#lines} lines have`
    return [`${lines} an error and no output: ${this.#mistakes.toFailure().message}`]
  }
}
