/**
 * Questions that any thread can answer, each on its own: who answers them imports the module and finds the job there by
 * name.
 */
export interface PoolJob<Shared, Question, Answer> {
  /** `import.meta.url` of the module that exports the job, and under which name. */
  readonly module: string
  readonly name: string
  /**
   * Called once on every thread; returns a function that answers a question. The shared data are cloned, except for
   * memory that threads share (`share`). The answer depends on the question and the shared data alone.
   */
  readonly open: (shared: Shared) => (question: Question) => Answer
}

/** A message to a thread, by structured clone. Those about the subject of questions name it by its number. */
export type ToThread =
  | { readonly open: number; readonly module: string; readonly name: string; readonly shared: unknown }
  | { readonly close: number }
  | { readonly ask: number; readonly subject: number; readonly question: unknown }

/** Its reply: a subject is open, or a question is answered, which took `ms`, or it cannot be. */
export type FromThread =
  | { readonly opened: number }
  | { readonly ask: number; readonly answer: unknown; readonly ms: number }
  | { readonly ask: number; readonly error: unknown }

/** The settings of a thread. */
export interface ThreadSettings {
  readonly niceness: number
}
