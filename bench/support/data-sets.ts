import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Properties } from '../../src/engine/blend/models/model.ts'
import type { Interactions, Split } from '../../src/engine/interactions.ts'
import { loadGivenSplit, loadPeople, loadSequences } from './accuracy-data.ts'
import { generate, SHAPES } from './generated-sets.ts'
import { refuse } from './options.ts'

/** A data set for measurements. Its files are read at the first call. */
export interface DataSet {
  readonly name: string
  /** Whether its publisher divided it into train, validation and test events. */
  readonly isSplit: boolean
  /** Whether it has properties of its users. */
  readonly hasPeople: boolean
  interactions(): Interactions
  /** The properties of the users. The events are in order of time, with their times if these are known. */
  people(): { readonly interactions: Interactions; readonly properties?: readonly Properties[] | undefined }
  split(): { validation: Split; test: Split }
}

/** The names of the generated sets, which need no files. */
export const GENERATED: readonly string[] = Object.keys(SHAPES)

/** The public sets that are measured, by the names of their folders. */
export const PUBLIC: readonly string[] = ['ml-1m', 'ml-100k', 'beauty', 'toys', 'lastfm', 'gowalla']

/**
 * Returns the set of this name: a generated one, or the one in the folder of this name in `folder`.
 * Ends the process if there is none.
 */
export function dataSet(name: string, folder: string | undefined, seed: number): DataSet {
  const shape = SHAPES[name]
  if (shape) {
    const people = () => generate(shape, seed)
    const interactions = () => people().interactions
    const split = () => notSplit(name)
    return { name, isSplit: false, hasPeople: shape.known !== undefined, interactions, people, split }
  }
  const path = folder && join(folder, name)
  if (!path || !existsSync(path))
    refuse(
      `There is no set ${name}: name one of ${GENERATED.join(', ')}, or with --data DIR a folder of DIR that has its files`,
    )
  const isSplit = existsSync(join(path, 'test.txt'))
  const hasPeople = existsSync(join(path, 'u.user')) || existsSync(join(path, 'users.dat'))
  const people = () => (hasPeople ? loadPeople(path) : { interactions: loadSequences(path) })
  return {
    name,
    isSplit,
    hasPeople,
    interactions: () => (existsSync(join(path, `${name}.txt`)) ? loadSequences(path) : people().interactions),
    people,
    split: () => (isSplit ? loadGivenSplit(path) : notSplit(name)),
  }
}

function notSplit(name: string): never {
  throw new Error(`${name} has no split of its own: measure it by another --protocol`)
}
