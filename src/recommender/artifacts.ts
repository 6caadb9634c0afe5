import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { loadArtifact, type State, saveArtifact, type Texts } from '../engine/artifact.ts'
import type { Resource } from '../store/store.ts'
import type { FeatureSpace } from './features.ts'
import type { EventRule } from './snapshot.ts'

/** A trained model as it is kept. */
export interface Artifact {
  readonly [member: string]: State | undefined
  readonly format: 1
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

/** @throws Error where there is none */
export function loadModel(dataDir: string, owner: Owner): Artifact {
  return loadArtifact(fileOf(dataDir, owner)) as Artifact
}

/** Deletes the models of all but these owners: of what was deleted, whenever that was. */
export function sweepModels(dataDir: string, owners: readonly Owner[]): void {
  const kept = new Set(owners.map(({ id }) => String(id)))
  const folder = join(dataDir, 'models')
  if (!existsSync(folder)) return
  for (const name of readdirSync(folder))
    if (!kept.has(name)) rmSync(join(folder, name), { recursive: true, force: true })
}
