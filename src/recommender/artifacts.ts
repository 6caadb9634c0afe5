import { join } from 'node:path'
import { InternalFailure } from '../contract/errors.ts'
import type { State, Texts } from '../engine/artifact.ts'
import type { Resource } from '../store/store.ts'
import type { FeatureSpace } from './features.ts'
import type { ModelBucket } from './kept/bucket.ts'
import { MissingModel, newFileName, type Owner, PlaceError, pathOf } from './kept/files.ts'
import { type ModelFolder, openModelFolder } from './kept/folder.ts'
import type { EventRule } from './snapshot.ts'

export { PlaceError } from './kept/files.ts'

/** Of the file; another number where it becomes another file. */
export const FORMAT = 1

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
  /** The values of each field of circumstances. */
  readonly contexts: readonly { readonly name: string; readonly values: readonly string[] }[]
  readonly exposure: State
  /** The newest event that it knows. */
  readonly seq: number
  readonly model: State
}

/** Where models are kept. */
export interface ModelsPlace {
  readonly dataDir: string
  /** A folder, or `s3://BUCKET/PREFIX` with a copy of what is used in the data directory. Left out: `<dataDir>/models`. */
  readonly models?: string | undefined
}

/** The models of one store, which any number of servers and workers train and read, each training in a file of its own. */
export interface Artifacts {
  /**
   * Keeps a model; it is there for all servers when this resolves.
   * @returns the name of its file, `modelFile` of the owner's document from then on
   * @throws PlaceError where it cannot be kept; it says what to do
   */
  keep(owner: Pick<Owner, 'id'>, artifact: Artifact): Promise<string>
  /** @throws InternalFailure where it is missing, damaged or of another version of this program; it says what to do */
  load(owner: LoadableOwner): Promise<Artifact>
  /**
   * Deletes what nobody needs: models of what was deleted, of trainings before the last, and what was cut off.
   * @param owners reads all there are
   * @throws PlaceError
   */
  sweep(owners: () => Promise<readonly Owner[]>): Promise<void>
}

type LoadableOwner = Pick<Resource, 'id' | 'arn' | 'kind' | 'document'>

export function openArtifacts({ dataDir, models }: ModelsPlace): Artifacts {
  const cache = join(dataDir, 'models')
  if (!models?.startsWith('s3://')) return artifactsOf(inFolder(openModelFolder(models ?? cache)))
  // The S3 client, 4 MB of code, is loaded only where it is used.
  const bucket = once(async () => (await import('./kept/bucket.ts')).openModelBucket(models))
  return artifactsOf(inBucket(models, bucket, openModelFolder(cache)))
}

interface Place extends Pick<ModelFolder, 'where' | 'save' | 'load' | 'sweep'> {}

const inFolder = (folder: ModelFolder): Place => folder

/** The folder has what was trained or used here. */
function inBucket(where: string, bucket: () => Promise<ModelBucket>, cache: ModelFolder): Place {
  const downloads = new Map<string, Promise<void>>()
  const download = async (path: string) => {
    await (await bucket()).download(path, await cache.prepare(path))
  }
  /** Once, however many ask for it at the same time; another thread may do the same, to a part of its own. */
  const bring = (path: string) =>
    downloads.getOrInsertComputed(path, () => download(path).finally(() => downloads.delete(path)))
  return {
    where,
    async save(path, state) {
      await cache.save(path, state)
      await (await bucket()).upload(path, await cache.prepare(path))
    },
    async load(path) {
      if (!(await cache.has(path))) await bring(path)
      try {
        return await cache.load(path)
      } catch {
        // Swept meanwhile, or damaged on this disk alone.
        await cache.remove(path)
        await bring(path)
        return cache.load(path)
      }
    },
    async sweep(owners) {
      await cache.sweep(owners)
      await (await bucket()).sweep(owners)
    },
  }
}

function artifactsOf({ where, save, load, sweep }: Place): Artifacts {
  return {
    async keep(owner, artifact) {
      const modelFile = newFileName()
      try {
        await save(pathOf({ ...owner, document: { modelFile } }), artifact)
      } catch (error) {
        throw error instanceof PlaceError ? new PlaceError(`The model cannot be kept: ${error.message}`) : error
      }
      return modelFile
    },
    async load(owner) {
      try {
        const artifact = (await load(pathOf(owner))) as Artifact
        if (artifact.format === FORMAT) return artifact
        throw new Error(`the format is ${artifact.format}, not ${FORMAT}`)
      } catch (error) {
        throw unreadable(owner, where, error as Error)
      }
    },
    sweep,
  }
}

function unreadable({ arn, kind }: LoadableOwner, where: string, error: Error): InternalFailure {
  const again = kind === 'recommender' ? 'stop and start it' : 'create another solution version and deploy it'
  const anew = `${again}, which trains anew`
  if (error instanceof PlaceError) return new InternalFailure(`The model of ${arn} cannot be read: ${error.message}`)
  const failure = new InternalFailure(
    error instanceof MissingModel
      ? `The model of ${arn} is not in ${where}: start all servers and workers with the same --models, or ${anew}`
      : `The model of ${arn} cannot be read: ${anew}`,
  )
  failure.hint = error.message
  return failure
}

function once<Made>(make: () => Promise<Made>): () => Promise<Made> {
  let made: Promise<Made> | undefined
  return () => {
    made ??= make()
    return made
  }
}
