import { InvalidInputException } from '../../contract/errors.ts'
import type { Input, Line } from './lines.ts'

/** Lines of output, one after the other, and how many they are. */
export interface Answers {
  readonly lines: number
  readonly text: string
  /** Of the lines that could not be answered: which it is of these, the first being 0, and why. */
  readonly errors: readonly { readonly line: number; readonly error: string }[]
}

/** A line of output. */
interface Answered {
  readonly text: string
  /** Why there is no answer. */
  readonly error?: string
}

/** The result of a line of input, or the line of output that says why there is none. */
type Tried<Made> = { readonly made: Made } | { readonly failure: Answered }

/** Answers a line. @returns the answer, or the reason why there is none: then the job goes on. */
export async function tryLine<Made>(line: Line, make: (input: Input) => Promise<Made>): Promise<Tried<Made>> {
  if ('error' in line) return { failure: failed(line, line.error) }
  try {
    return { made: await make(line.input) }
  } catch (error) {
    if (!(error instanceof InvalidInputException)) throw error
    return { failure: failed(line, error.message) }
  }
}

function failed({ json }: Line, error: string): Answered {
  return { text: lineOf(json, null, error), error }
}

/** The line of output that answers a line. */
export function answered({ json }: Line, output: object): Answered {
  return { text: lineOf(json, output, null) }
}

/** Lines of output in one. */
export function answersOf(all: readonly Answered[]): Answers {
  const errors = all.flatMap(({ error }, line) => (error === undefined ? [] : { line, error }))
  return { lines: all.length, text: all.map(({ text }) => text).join(''), errors }
}

/**
 * A line of output. The guide leaves `error` out of the examples of some recipes; of those recorded (user
 * personalization and segments: amazon-personalize-samples, next_steps/core_use_cases/updating_datasets) all have it.
 * @param input as JSON
 */
function lineOf(input: string, output: object | null, error: string | null): string {
  return `{"input":${input},"output":${JSON.stringify(output)},"error":${JSON.stringify(error)}}\n`
}
