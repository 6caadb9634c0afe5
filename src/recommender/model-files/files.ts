import { randomBytes } from 'node:crypto'
import type { Resource } from '../../store/resource-store.ts'
import { isUnfinished } from '../../store/statuses.ts'

/** The owner of a training's model: a solution version or a recommender. Its number is never used again. */
export type Owner = Pick<Resource, 'id' | 'status' | 'document'>

/** A file of a model, or a part of one. */
export interface ModelFile {
  /** `<number of the owner>/<file>` in a folder, or behind the prefix in a bucket. */
  readonly path: string
  /** When it was written last, in milliseconds since 1970. */
  readonly writtenAt: number
}

/**
 * Each training has a file of its own. So nothing is replaced that another server may be reading, and a file that is
 * there is the right one. The first version of this program had but one name.
 */
const FILE = /^(\d+)\/((?:model|\d+-[\da-f]{8})\.safetensors)(\.[\da-f]{8})?(\.part)?$/

/** The name for the model of a training that has just ended. */
export function newFileName(): string {
  return `${Date.now()}-${randomBytes(4).toString('hex')}.safetensors`
}

/** Where the model of an owner's last training is: the training's job keeps its name in the document. */
export function pathOf({ id, document }: Pick<Owner, 'id' | 'document'>): string {
  return `${id}/${document.modelFile ?? 'model.safetensors'}`
}

/** Where the model of the training before that is, which the last one replaced. */
function pathBefore({ id, document }: Pick<Owner, 'id' | 'document'>): string | undefined {
  return document.modelFileBefore === undefined ? undefined : `${id}/${document.modelFileBefore}`
}

/** The name of a download until it is whole; each download has another. */
export function partOf(path: string): string {
  return `${path}.${randomBytes(4).toString('hex')}.part`
}

/** Whether it is ours: the owner of the folder or bucket may keep other files there. */
export function isModelFile({ path }: Pick<ModelFile, 'path'>): boolean {
  return FILE.test(path)
}

const ownerOf = ({ path }: Pick<ModelFile, 'path'>): number => Number(path.split('/')[0])

/** A file that nobody needs, and why. */
export interface Superfluous extends Pick<ModelFile, 'path'> {
  readonly reason: 'deleted' | 'replaced' | 'cut off' | 'without an owner'
  /** Whether the store has the owner by whose number its path begins. */
  readonly hasOwner: boolean
}

/** Since when files have been seen that are of no training which the store knows: milliseconds since 1970, by path. */
type Ownerless = Readonly<Record<string, number>>

/**
 * A model replaced just now may be on its way into the memory of another server. A part written just now may be written
 * on. No clock is so wrong.
 */
const GRACE_MS = 3_600_000

/**
 * A file without an owner in the store is no proof that it has none. The store may be an older one, restored from a
 * backup, and the newer one may come back.
 */
export const OWNERLESS_MS = 7 * 24 * 3_600_000

/**
 * Superfluous files: of owners that this store has just deleted, of the training before the last, and cut off ones.
 * Other files without an owner go after a week.
 * @param owners read after the files were listed, so that no file belongs to an owner that came later. A training that
 *   wrote one of them either goes on or is in its owner's document
 * @param deleted owners that this store has just deleted
 * @param since the files that had no owner the last time
 */
export function judge(
  files: readonly ModelFile[],
  owners: readonly Owner[],
  deleted: readonly Owner[] = [],
  since: Ownerless = {},
): { readonly superfluous: readonly Superfluous[]; readonly ownerless: Ownerless } {
  const known = new Map(owners.map(owner => [owner.id, owner]))
  const gone = new Set(deleted.flatMap(owner => [pathOf(owner), pathBefore(owner)]))
  const now = Date.now()
  const superfluous: Superfluous[] = []
  const ownerless: Record<string, number> = {}
  for (const file of files.filter(isModelFile)) {
    const { path } = file
    const owner = known.get(ownerOf(file))
    const fate = gone.has(path) ? 'deleted' : fateOf(file, owner, { now, seenAt: since[path] ?? now })
    if (fate === 'ownerless') ownerless[path] = since[path] ?? now
    else if (fate !== 'needed') superfluous.push({ path, reason: fate, hasOwner: owner !== undefined })
  }
  return { superfluous, ownerless }
}

/** @param times when it is, and when the file was first seen without an owner */
function fateOf(
  { path, writtenAt }: ModelFile,
  owner: Owner | undefined,
  { now, seenAt }: { readonly now: number; readonly seenAt: number },
): Superfluous['reason'] | 'needed' | 'ownerless' {
  if (owner && (isUnfinished(owner) || path === pathOf(owner))) return 'needed'
  if (path.endsWith('.part')) return writtenAt < now - GRACE_MS ? 'cut off' : 'needed'
  if (owner && path === pathBefore(owner))
    return Number(owner.document.trainedAt) < now - GRACE_MS ? 'replaced' : 'needed'
  return seenAt < now - OWNERLESS_MS ? 'without an owner' : 'ownerless'
}

/** The fault of the place of models, and its remedy, in a sentence for clients too: it names no path. */
export class PlaceError extends Error {
  override readonly name: string = 'PlaceError'
  /** The place, for the operator alone. */
  readonly where: string

  constructor(message: string, where: string) {
    super(message)
    this.where = where
  }
}

/** The place is another store's, whose models this one must not touch. */
export class ForeignPlace extends PlaceError {
  override readonly name = 'ForeignPlace'
}

/** There is no such file in the place where models are kept. */
export class MissingModel extends Error {
  override readonly name = 'MissingModel'
}

/** The model is of a version of this program that is newer than this one. */
export class NewerModel extends Error {
  override readonly name = 'NewerModel'
}
