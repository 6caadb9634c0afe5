const headers = new WeakMap<object, readonly string[]>()

/** Adds headers to the reply that an output will be. @param added names and values alternate */
export function withHeaders<Output extends object>(output: Output, added: readonly string[]): Output {
  headers.set(output, added)
  return output
}

/** Returns the headers that the reply to this output has beside the common ones. */
export function headersOf(output: unknown): readonly string[] | undefined {
  return headers.get(output as object)
}
