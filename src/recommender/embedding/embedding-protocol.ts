/** Not among our dependencies: it brings 470 MB, and a script of it fetches more when it is installed. */
export const PACKAGE = '@huggingface/transformers'

export type Pooling = 'mean' | 'cls'

/** A message to the process of a model, and its answer. No texts: is it ready? */
export type EmbeddingRequest = { readonly texts: readonly string[] }

export type EmbeddingResponse = { readonly vectors: readonly Float32Array[] } | Problem

/** The fault, in words that name no path, and a hint for the operator. */
export interface Problem {
  readonly problem: string
  readonly hint?: string | undefined
}

/** Why there is no embedding model, and the remedy, in words that clients may read. */
export class EmbeddingModelError extends Error {
  override readonly name = 'EmbeddingModelError'
  /** For the log alone: the folder, and its fault. */
  readonly hint: string | undefined

  constructor({ problem, hint }: Problem) {
    super(problem)
    this.hint = hint
  }
}
