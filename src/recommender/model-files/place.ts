import { ForeignPlace, isModelFile, judge, type ModelFile, type Owner, pathOf, type Superfluous } from './files.ts'

/** The common side of a folder and a bucket of models. Paths are within it. Every error is a PlaceError. */
export interface Place {
  readonly where: string
  /** The flag that names another place. */
  readonly setting: string
  list(): Promise<readonly ModelFile[]>
  /** Deletes them; in a bucket also uploads that were cut off, which are not listed. */
  remove(files: readonly Superfluous[]): Promise<void>
  /** A small text of ours beside the models; undefined where there is none. */
  readNote(name: string): Promise<string | undefined>
  /** Makes a note, unless there is one: of many who do so at once, one does. */
  createNote(name: string, text: string): Promise<void>
  writeNote(name: string, text: string): Promise<void>
}

/** The owner of the models: the id of their store. To hand the models over, delete it, or write another id into it. */
export const IDENTITY = 'personalite-store-id'
/** Which files were found to have no owner, and when: by time alone they are superfluous one day. */
const OWNERLESS = 'personalite-without-owner.json'

/** @param owners reads the solution versions and recommenders of the store */
export type ReadOwners = () => Promise<readonly Owner[]>

/**
 * Makes the place this store's for good, or sees that it is. Older versions of this program left places without an id.
 * Such a place is this store's if it has no models, or one that this store knows: their names are random.
 * @throws ForeignPlace where it is another store's, or may be; PlaceError
 */
export async function claim(place: Place, identity: string, owners: ReadOwners): Promise<void> {
  const found = await readIdentity(place)
  if (found === identity) return
  if (found) throw foreign(place, identity, 'the models there belong to another store')
  const models = (await place.list()).filter(file => isModelFile(file) && !file.path.endsWith('.part'))
  if (models.length > 0) {
    const known = new Set((await owners()).map(pathOf))
    if (!models.some(({ path }) => known.has(path)))
      throw foreign(place, identity, 'there are models there, and this store knows none of them')
  }
  // One that is empty was cut off, or emptied to give the models away.
  await (found === undefined ? place.createNote : place.writeNote)(IDENTITY, `${identity}\n`)
  if ((await readIdentity(place)) !== identity)
    throw foreign(place, identity, 'the models there belong to another store')
}

const readIdentity = async (place: Place) => (await place.readNote(IDENTITY))?.trim()

function foreign({ where, setting }: Place, identity: string, what: string): ForeignPlace {
  const own = `start on the store that they belong to, or name another place with ${setting}`
  const lost = 'where the database was lost or is a new one by mistake, restore it from a backup'
  const adopt = `to give the models to this store for good, write ${identity} into the file ${IDENTITY} there`
  return new ForeignPlace(`${what}: ${own}; ${lost}; ${adopt}`, where)
}

interface Sweep {
  readonly identity: string
  readonly owners: ReadOwners
  /** The owners that this store has just deleted: their models need not wait. */
  readonly deleted: readonly Owner[]
  /** Is told of each file before it is deleted. */
  readonly deleting: (file: Superfluous) => void
}

/** Deletes the files that nobody needs. @throws ForeignPlace where it is another store's; PlaceError */
export async function sweep(place: Place, { identity, owners, deleted, deleting }: Sweep): Promise<void> {
  await claim(place, identity, owners)
  const files = await place.list()
  const since = readOwnerless(await place.readNote(OWNERLESS))
  const { superfluous, ownerless } = judge(files, files.length === 0 ? [] : await owners(), deleted, since)
  for (const file of superfluous) deleting(file)
  await place.remove(superfluous)
  // Last, since it needs room on a disk that may be full.
  if (JSON.stringify(ownerless) !== JSON.stringify(since)) await place.writeNote(OWNERLESS, JSON.stringify(ownerless))
}

/** If it is damaged, files wait once more. */
function readOwnerless(text = '{}'): Readonly<Record<string, number>> {
  try {
    return JSON.parse(text)
  } catch {
    return {}
  }
}
