import { InvalidInputException } from '../contract/errors.ts'
import { spellingsOf } from '../datasets/blanks.ts'
import { checkColumn, isPandasIndex, oddIdOf } from '../datasets/csv.ts'
import { MissingCells } from '../datasets/missing-values.ts'
import { foldName } from '../datasets/names.ts'
import type { JobContext, RunJob } from './context.ts'
import { documentOf, sourceOf } from './documents.ts'
import { EmptyFiles } from './empty-files.ts'
import { JobFailure } from './failure.ts'
import { openDeletionSize } from './limits.ts'
import { passedOverNotes, tableOf } from './objects/objects.ts'
import { type CompileHeader, readTables } from './tables/read-tables.ts'

/** Users deleted between two looks at whether somebody else wants to write. */
const CHUNK_USERS = 100

/**
 * Deletes the users that CSV or Parquet files list, with their interactions, from all datasets of a group, however they
 * came in.
 * The files are read twice: nobody is deleted before all of them are known to be lists of users.
 * https://docs.aws.amazon.com/personalize/latest/dg/delete-records.html
 */
export const runDeletion: RunJob = async ({ store, objects, job, limits, report }) => {
  const passedOver: string[] = []
  const files = await objects.list(sourceOf(documentOf(job)), 'subfolders', name => passedOver.push(name))
  const tables = files.map(file => tableOf(objects, file))
  let empty = new EmptyFiles(files.length)
  let odd = new MissingCells()
  const read = () => {
    empty = new EmptyFiles(files.length)
    odd = new MissingCells()
    return readTables(tables, userIdsNoting(odd), {
      fields: [USER_ID],
      unpacked: limits.quotas ? openDeletionSize(files) : undefined,
      onEmpty: empty.add,
    })
  }
  let rowsTotal = 0
  for await (const userIds of read()) rowsTotal += userIds.length
  const deleteUsers = await deletion({ store, job })
  const progress = { rows: 0, rowsTotal, rowsDeleted: documentOf(job).progress?.rowsDeleted ?? 0 }
  try {
    for await (const userIds of read()) {
      for (let i = 0; i < userIds.length; i += CHUNK_USERS)
        progress.rowsDeleted += await deleteUsers(userIds.slice(i, i + CHUNK_USERS))
      progress.rows += userIds.length
      report(progress)
    }
  } catch (error) {
    if (error instanceof JobFailure) throw new JobFailure(error.message, error.hint, progress.rowsDeleted)
    throw error
  }
  const notes = [...passedOverNotes(passedOver), ...empty.notes(), ...odd.notes(), ...nobodyNotes(progress)]
  return { progress, numDeleted: progress.rowsDeleted, notes }
}

/** A list of other ids, such as e-mail addresses, would else be done without a word. */
function nobodyNotes({ rows, rowsDeleted }: { readonly rows: number; readonly rowsDeleted: number }): string[] {
  if (rowsDeleted > 0) return []
  if (rows === 0) return ['nothing was deleted: the lists name no user']
  return [`nothing was deleted: no data are of any user listed (${rows}); compare the ids with those of the datasets`]
}

/**
 * Returns a function that deletes users from the group's datasets, and returns how many rows those were. Rows put after
 * the job was created stay.
 */
async function deletion({ store, job }: Pick<JobContext, 'store' | 'job'>) {
  const datasets = await store.resources.list({ kind: 'dataset', parent: job.parent })
  const { seq } = documentOf(job)
  return async (userIds: readonly string[]): Promise<number> => {
    let deleted = 0
    const ids = userIds.flatMap(spellingsOf)
    for (const { id, document } of datasets) {
      const type = document.datasetType as string
      if (type === 'USERS') deleted += await store.records.delete(id, ids, seq)
      if (type.endsWith('INTERACTIONS')) deleted += await store.interactions.deleteUsers(id, ids, seq)
    }
    return deleted
  }
}

const USER_ID = { name: 'USER_ID', type: 'string', nullable: false, categorical: false, textual: false } as const

/**
 * The header is read as that of an import: in any spelling, and beside it may be the index of pandas.
 * @param odd is told of ids that nobody may have, since a spreadsheet wrote them
 */
function userIdsNoting(odd: MissingCells): CompileHeader<string> {
  const column = odd.column(USER_ID)
  return (header, source) => {
    odd.source = source
    const place = header.findIndex(name => foldName(name) === foldName(USER_ID.name))
    if (place < 0 || !header.every((name, i) => i === place || isPandasIndex(name))) {
      throw new InvalidInputException(`the only column must be USER_ID, got ${header.slice(0, 5).join(', ')}`)
    }
    checkColumn(header[place]!)
    return (cells, number) => {
      const userId = cells[place]
      if (!userId || cells.length !== header.length)
        throw new InvalidInputException('there must be one USER_ID and nothing else')
      const kind = oddIdOf(userId)
      if (kind) column.odd(kind, number, userId)
      return userId
    }
  }
}
