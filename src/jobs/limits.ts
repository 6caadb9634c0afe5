import type { ImportMode } from '../contract/generated/types.ts'
import type { DatasetType } from '../datasets/dataset-type.ts'
import type { Recipe } from '../recipes/recipe.ts'
import { JobFailure } from './failure.ts'
import { type StoredObject, uriOf } from './objects/objects.ts'

const MB = 2 ** 20
const GB = 2 ** 30

/** A limit and its subject. All of them are of limits.md, and hold with `--quotas aws`. */
function assertAtMost(most: number, count: number, what: string, written: string): void {
  if (count > most) throw new JobFailure(`${what} can be ${written} at most: that is a limit of quotas aws`)
}

const total = (files: readonly StoredObject[]) => files.reduce((bytes, { size }) => bytes + size, 0)

/**
 * Returns a function that counts content as it is after decompression, in bytes.
 * @throws JobFailure, as the function does, for files of more than 100 GB to import, or 1 GB to add
 */
export function openImportSize(files: readonly StoredObject[], mode: ImportMode = 'FULL'): (bytes: number) => void {
  const [most, written] = mode === 'FULL' ? [100 * GB, '100 GB'] : [GB, '1 GB']
  return openSize(files, most, `The files of an import with the mode ${mode}`, written)
}

function openSize(files: readonly StoredObject[], most: number, what: string, written: string) {
  assertAtMost(most, total(files), what, written)
  let unpacked = 0
  return (bytes: number): void => {
    unpacked += bytes
    assertAtMost(most, unpacked, `${what}, decompressed,`, written)
  }
}

const INTERACTIONS_MIN = 1000

/**
 * Interactions are imported by the thousand; interactions with actions are added so (bulk-data-import-step.md).
 * @throws JobFailure for fewer
 */
export function assertImportRows(type: DatasetType, rows: number, mode: ImportMode = 'FULL'): void {
  const isHeld = type === 'INTERACTIONS' || (type === 'ACTION_INTERACTIONS' && mode === 'INCREMENTAL')
  if (!isHeld || rows >= INTERACTIONS_MIN) return
  const into =
    type === 'INTERACTIONS' ? 'an Interactions dataset' : 'an Action interactions dataset with the mode INCREMENTAL'
  throw new JobFailure(
    `An import into ${into} needs ${INTERACTIONS_MIN} interactions or more, got ${rows}; ` +
      'with quotas none the server takes fewer',
  )
}

/** The same for lists of users. @throws JobFailure, as the function does, for more than 100 MB */
export function openDeletionSize(files: readonly StoredObject[]): (bytes: number) => void {
  return openSize(files, 100 * MB, 'The files of a data deletion', '100 MB')
}

/** The same for batch jobs. @throws JobFailure, as the function does, for more than 1000 files or 1 GB */
export function openBatchSize(files: readonly StoredObject[]): (bytes: number) => void {
  assertAtMost(1000, files.length, 'The files of a batch job', '1000')
  return openSize(files, GB, 'The files of a batch job', '1 GB')
}

/** Counts the lines of a file of a batch job. @throws JobFailure where there is one too many */
export function openLineLimit({ name, batch }: Pick<Recipe, 'name' | 'batch'>, file: StoredObject) {
  const most = batch?.linesMax ?? 50_000_000
  let lines = 0
  return (more: number): void => {
    lines += more
    assertAtMost(most, lines, `The lines of ${uriOf(file)}, for ${name},`, `${most}`)
  }
}
