import { randomBytes } from 'node:crypto'
import type { Resource } from '../../store/store.ts'

/** What is trained: a solution version or a recommender. Its number is never given again. */
export type Owner = Pick<Resource, 'id' | 'status' | 'document'>

/** A file of a model, or a part of one. */
export interface ModelFile {
  /** `<number of the owner>/<file>` in a folder, or behind the prefix in a bucket. */
  readonly path: string
  /** When it was written last, in milliseconds since 1970. */
  readonly writtenAt: number
}

/**
 * A file of its own for each training, so that nothing is replaced that another server may be reading, and a file that is
 * there is known to be the right one. The first version of this program had but one name.
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

/** Where it is until it has been downloaded, whoever else downloads it as well. */
export function partOf(path: string): string {
  return `${path}.${randomBytes(4).toString('hex')}.part`
}

/** Whether it is ours: in a folder or a bucket may be what else its owner keeps there. */
export function isModelFile({ path }: Pick<ModelFile, 'path'>): boolean {
  return FILE.test(path)
}

const ownerOf = ({ path }: Pick<ModelFile, 'path'>): number => Number(path.split('/')[0])

/**
 * What was just replaced may be on its way into the memory of another server, and what was just written to may be
 * written on. No clock is so wrong.
 */
const GRACE_MS = 3_600_000

/**
 * Those of the files that nobody needs: of what was deleted, of trainings before the last, of what was cut off.
 * @param owners as they are after the files were listed, so that no file is of an owner who came later; and a training
 *   that wrote one of them either goes on or is in its owner's document
 */
export function superfluous(files: readonly ModelFile[], owners: readonly Owner[]): readonly ModelFile[] {
  const known = new Map(owners.map(owner => [owner.id, owner]))
  const lately = Date.now() - GRACE_MS
  return files.filter(isModelFile).filter(file => {
    const owner = known.get(ownerOf(file))
    if (!owner) return true
    if (IN_TRAINING.test(owner.status) || file.path === pathOf(owner)) return false
    if (file.path.endsWith('.part')) return file.writtenAt < lately
    return Number(owner.document.trainedAt ?? 0) < lately
  })
}

const IN_TRAINING = /PENDING|IN_PROGRESS|STOPPING/

/** What is wrong with the place of models, and what to do about it, in a sentence. Names no secret. */
export class PlaceError extends Error {
  override readonly name = 'PlaceError'
}

/** There is no such file in the place where models are kept. */
export class MissingModel extends Error {
  override readonly name = 'MissingModel'
}
