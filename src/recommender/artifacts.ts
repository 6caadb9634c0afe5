import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { InternalFailure } from '../contract/errors.ts'
import { loadArtifact, type State, saveArtifact, type Texts } from '../engine/artifact.ts'
import type { Resource } from '../store/store.ts'
import type { FeatureSpace } from './features.ts'
import type { EventRule } from './snapshot.ts'

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

/** What is trained: a solution version or a recommender. Its number is never given again. */
type Owner = Pick<Resource, 'id'>

const folderOf = (dataDir: string, { id }: Owner) => join(dataDir, 'models', String(id))
const fileOf = (dataDir: string, owner: Owner) => join(folderOf(dataDir, owner), 'model.safetensors')

/** Keeps a model, in the place of the one before; it is on disk when this returns. */
export function keepModel(dataDir: string, owner: Owner, artifact: Artifact): void {
  mkdirSync(folderOf(dataDir, owner), { recursive: true, mode: 0o700 })
  saveArtifact(fileOf(dataDir, owner), artifact)
}

/** @throws InternalFailure where it is missing, damaged or of another version of this program; it says what to do */
export async function loadModel(dataDir: string, owner: Pick<Resource, 'id' | 'arn' | 'kind'>): Promise<Artifact> {
  try {
    const artifact = (await loadArtifact(fileOf(dataDir, owner))) as Artifact
    if (artifact.format === FORMAT) return artifact
    throw new Error(`the format is ${artifact.format}, not ${FORMAT}`)
  } catch (error) {
    const again = owner.kind === 'recommender' ? 'stop and start it' : 'create another solution version and deploy it'
    const failure = new InternalFailure(`The model of ${owner.arn} cannot be read: ${again}, which trains anew`)
    failure.hint = (error as Error).message
    throw failure
  }
}

/**
 * Deletes the models of all but these owners: of what was deleted, whenever that was. Of an owner that is not trained at
 * the moment, also what a training that was cut off had written.
 */
export function sweepModels(dataDir: string, owners: readonly Pick<Resource, 'id' | 'status'>[]): void {
  const kept = new Map(owners.map(owner => [String(owner.id), owner]))
  const folder = join(dataDir, 'models')
  if (!existsSync(folder)) return
  for (const name of readdirSync(folder)) {
    const owner = kept.get(name)
    if (!owner) rmSync(join(folder, name), { recursive: true, force: true })
    else if (!IN_TRAINING.test(owner.status)) rmSync(`${fileOf(dataDir, owner)}.part`, { force: true })
  }
}

const IN_TRAINING = /PENDING|IN_PROGRESS|STOPPING/
