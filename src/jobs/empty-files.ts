import { shownNames } from './objects/objects.ts'
import { failOnEmpty } from './tables/read-tables.ts'

/**
 * Remembers files without a line. Spark and others write one for a partition without rows, so it is passed over where
 * another file of the folder has lines.
 */
export class EmptyFiles {
  readonly #uris: string[] = []
  readonly #files: number

  /** @param files how many are read in all */
  constructor(files: number) {
    this.#files = files
  }

  /** @throws JobFailure where all files are empty */
  readonly add = (uri: string): void => {
    this.#uris.push(uri)
    if (this.#uris.length === this.#files) failOnEmpty(uri)
  }

  /** Returns a note on the files that were passed over; none where there are no such. */
  notes(): readonly string[] {
    return this.#uris.length === 0 ? [] : [`empty files: ${shownNames(this.#uris)}`]
  }
}
