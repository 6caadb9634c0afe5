/** A value of a template or of a reply, before its type is known. */
export type Tree = Readonly<Record<string, unknown>>

/** Whether it is a mapping: neither a list nor null nor a scalar. */
export function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * Throws one error for all faults of a template, so that they can be mended together.
 * @throws Error unless there are none
 */
export function assertNoFaults(faults: readonly string[]): void {
  if (faults.length === 0) return
  if (faults.length === 1) throw new Error(faults[0])
  throw new Error(`the template has ${faults.length} faults:\n${faults.map(fault => `  ${fault}`).join('\n')}`)
}

/** Runs `work`. An error becomes a fault, and the result undefined. */
export function faultsInto<Result>(faults: string[], work: () => Result): Result | undefined {
  try {
    return work()
  } catch (error) {
    faults.push((error as Error).message)
    return undefined
  }
}

const choice = new Intl.ListFormat('en-GB', { type: 'disjunction' })

/** Names the right values in a message: `a, b or c`. */
export function oneOf(names: readonly string[]): string {
  return choice.format(names)
}
