import { join } from 'node:path'
import { InternalFailure } from '../../contract/errors.ts'
import type { State, Texts } from '../../engine/state.ts'
import type { Resource } from '../../store/resource-store.ts'
import type { ContextField } from '../training/contexts.ts'
import type { EventRule } from '../training/event-rules.ts'
import type { FeatureSpace } from '../training/features.ts'
import type { Choice } from '../training/training-window.ts'
import type { ModelBucket } from './bucket.ts'
import { MissingModel, NewerModel, newFileName, type Owner, PlaceError, pathOf, type Superfluous } from './files.ts'
import { type ModelFolder, openModelFolder } from './folder.ts'
import { claim, type Place, type ReadOwners, sweep } from './place.ts'

export { ForeignPlace, PlaceError } from './files.ts'
export { IDENTITY } from './place.ts'

/**
 * Of the file; the next number where a version before would read it wrongly, or not at all. Files of format 1 have rows
 * of 32 bits, which are packed when the model is opened.
 */
export const FORMAT = 2
const READABLE: readonly number[] = [1, FORMAT]

/** A trained model as it is kept. */
export interface Artifact {
  readonly [member: string]: State | undefined
  readonly format: typeof FORMAT
  readonly recipe: string
  /** The ids of the items that it was trained on, by number. */
  readonly items: Texts
  readonly itemSpace: FeatureSpace & State
  readonly userSpace: FeatureSpace & State
  readonly rules: readonly (EventRule & State)[]
  readonly contexts: readonly ContextField[]
  readonly exposure: State
  /** The newest event that it knows. */
  readonly seq: number
  /** The Interactions dataset, and when it was last swept before the training (`InteractionStore.swept`). */
  readonly dataset?: number | undefined
  readonly swept?: number
  /** Which of the events it was trained on; left out, on all. */
  readonly choice?: Choice & State
  readonly model: State
}

/** Where models are kept. */
export interface ModelsPlace {
  readonly dataDir: string
  /**
   * A folder, or `s3://BUCKET/PREFIX` with a copy of the used files in the data directory. Left out:
   * `<dataDir>/models`.
   */
  readonly models?: string | undefined
  /** Of the store whose models they are. */
  readonly identity: string
  /** Is told of each file before it is deleted. */
  readonly deleting?: ((file: Superfluous) => void) | undefined
}

/**
 * The models of one store, which any number of servers and workers train and read, each training in a file of its own.
 */
export interface Artifacts {
  /**
   * Makes the place the store's, or sees that it is.
   * @param owners reads all there are
   * @throws ForeignPlace where it is another store's; PlaceError
   */
  claim(owners: ReadOwners): Promise<void>
  /**
   * Keeps a model in the place, which it claims; it is there for all servers when this resolves.
   * @param owners reads all there are
   * @returns the name of its file, `modelFile` of the owner's document from then on
   * @throws PlaceError if it cannot be kept; the message has the remedy
   */
  keep(owner: Pick<Owner, 'id'>, artifact: Artifact, owners: ReadOwners): Promise<string>
  /**
   * @throws InternalFailure if it is missing, damaged or of a newer version of this program; the message has the remedy
   */
  load(owner: LoadableOwner): Promise<Artifact>
  /**
   * Deletes superfluous files: models of deleted owners, of trainings before the last, and files that were cut off.
   * Other files without an owner go after a week.
   * @param owners reads all there are
   * @param deleted those that this store has just deleted
   * @throws ForeignPlace where the place is another store's; PlaceError
   */
  sweep(owners: ReadOwners, deleted?: readonly Owner[]): Promise<void>
}

type Options = Pick<ModelsPlace, 'identity' | 'deleting'>
type LoadableOwner = Pick<Resource, 'id' | 'arn' | 'kind' | 'document'>

/** The models of a store, in a folder or in S3. */
export function openArtifacts({ dataDir, models, ...options }: ModelsPlace): Artifacts {
  const copies = join(dataDir, 'models')
  if (!models?.startsWith('s3://')) return artifactsOf(inFolder(openModelFolder(models ?? copies)), options)
  // The S3 client, 4 MB of code, is loaded only where it is used.
  const bucket = once(async () => (await import('./bucket.ts')).openModelBucket(models))
  return artifactsOf(inBucket(models, bucket, openModelFolder(copies, '--data-dir')), options)
}

interface Kept extends Pick<ModelFolder, 'where' | 'save' | 'load'> {
  /** Where the files are: in S3 those of the bucket, and the copies of them. */
  places(): Promise<readonly Place[]>
}

const inFolder = (folder: ModelFolder): Kept => ({ ...folder, places: async () => [folder] })

/** The folder has the models that were trained or used here. */
function inBucket(where: string, bucket: () => Promise<ModelBucket>, copies: ModelFolder): Kept {
  const downloads = new Map<string, Promise<void>>()
  const download = async (path: string) => {
    await (await bucket()).download(path, await copies.prepare(path))
  }
  /** Once, for any number of requests at the same time; another thread may do the same, to a part of its own. */
  const bring = (path: string) =>
    downloads.getOrInsertComputed(path, () => download(path).finally(() => downloads.delete(path)))
  return {
    where,
    async save(path, state) {
      await copies.save(path, state)
      await (await bucket()).upload(path, await copies.prepare(path))
    },
    async load(path) {
      if (!(await copies.has(path))) await bring(path)
      try {
        return await copies.load(path)
      } catch {
        // Swept meanwhile, or damaged on this disk alone. It stays until there is another: S3 may have none.
        await bring(path)
        return copies.load(path)
      }
    },
    places: async () => [copies, await bucket()],
  }
}

function artifactsOf({ where, save, load, places }: Kept, { identity, deleting = () => {} }: Options): Artifacts {
  const claimAll = async (owners: ReadOwners) => {
    for (const place of await places()) await claim(place, identity, owners)
  }
  return {
    claim: claimAll,
    async keep(owner, artifact, owners) {
      const modelFile = newFileName()
      try {
        await claimAll(owners)
        await save(pathOf({ ...owner, document: { modelFile } }), artifact)
      } catch (error) {
        if (!(error instanceof PlaceError)) throw error
        throw new PlaceError(`The model cannot be kept: ${error.message}`, error.where)
      }
      return modelFile
    },
    async load(owner) {
      try {
        const artifact = (await load(pathOf(owner))) as Artifact
        assertKnown(artifact.format)
        return artifact
      } catch (error) {
        throw unreadable(owner, where, error as Error)
      }
    },
    async sweep(owners, deleted = []) {
      for (const place of await places()) await sweep(place, { identity, owners, deleted, deleting })
    },
  }
}

/** @throws NewerModel, Error */
function assertKnown(format: number): void {
  if (READABLE.includes(format)) return
  if (format > FORMAT) throw new NewerModel(`the format is ${format}, and this version knows ${FORMAT}`)
  throw new Error(`the format is ${format}, not ${READABLE.join(' or ')}`)
}

function unreadable({ arn, kind }: LoadableOwner, where: string, error: Error): InternalFailure {
  const again = kind === 'recommender' ? 'stop and start it' : 'create another solution version and deploy it'
  const anew = `${again}, which trains anew`
  const failure = new InternalFailure(
    error instanceof PlaceError
      ? `The model of ${arn} cannot be read: ${error.message}`
      : error instanceof MissingModel
        ? `The model of ${arn} is missing: start all servers and workers with the same --models, or ${anew}`
        : error instanceof NewerModel
          ? `The model of ${arn} was trained by a newer version of personalite: bring this server up to date too`
          : `The model of ${arn} is damaged: ${anew}`,
  )
  failure.hint = error instanceof PlaceError ? error.where : `${error.message}, in ${where}`
  return failure
}

function once<Made>(make: () => Promise<Made>): () => Promise<Made> {
  let made: Promise<Made> | undefined
  return () => {
    made ??= make()
    return made
  }
}
