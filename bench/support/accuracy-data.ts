import { existsSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fromEvents, fromSequences } from '#test/interactions.ts'
import type { Properties } from '../../src/engine/blend/models/model.ts'
import type { Interactions, Split } from '../../src/engine/interactions.ts'
import { createRandom } from '../../src/engine/math/random.ts'

/** Interactions, with the properties of user u at index u. */
interface People {
  readonly interactions: Interactions
  readonly properties: readonly Properties[]
}

const linesOf = (...path: string[]) =>
  readFileSync(join(...path), 'utf8')
    .split('\n')
    .filter(Boolean)

/**
 * Reads `<folder>/<name of the folder>.txt`, with a user and an item in each line. Both are numbered from 1, and each
 * user's lines are in order of time.
 */
export function loadSequences(folder: string): Interactions {
  const sequences: number[][] = []
  for (const line of linesOf(folder, `${basename(folder)}.txt`)) {
    const [user, item] = line.split(' ').map(Number)
    sequences[user! - 1] ??= []
    sequences[user! - 1]!.push(item! - 1)
  }
  return fromSequences(sequences)
}

/**
 * Reads train, valid and test.txt, with a user and all of the user's items in each line, both numbered from 0. The
 * items have no order, so all are at one time.
 */
export function loadGivenSplit(folder: string): { validation: Split; test: Split } {
  const [train, valid, test] = ['train', 'valid', 'test'].map(name =>
    linesOf(folder, `${name}.txt`).map(line => line.split(' ').slice(1).filter(Boolean).map(Number)),
  )
  const most = [train!, valid!, test!].flat().reduce((a, list) => list.reduce((b, item) => Math.max(b, item), a), 0)
  const both = train!.map((items, user) => [...items, ...valid![user]!])
  const atOnce = (interactions: Interactions) => ({
    ...interactions,
    times: new Float64Array(interactions.sequence.length).fill(1e9),
  })
  const split = (known: readonly number[][], asked: readonly number[][]): Split => ({
    train: atOnce(fromSequences(known, most + 1)),
    questions: asked.flatMap((targets, user) =>
      targets.length === 0 ? [] : [{ user, history: Int32Array.from(known[user]!), targets: Int32Array.from(targets) }],
    ),
  })
  return { validation: split(train!, valid!), test: split(both, test!) }
}

/**
 * Reads MovieLens with the properties of its users: gender, age in classes, occupation, first digit of the zip code.
 */
export function loadPeople(folder: string): People {
  return existsSync(join(folder, 'u.user')) ? loadHundredThousand(folder) : loadMillion(folder)
}

function loadMillion(folder: string): People {
  const known = new Map(linesOf(folder, 'users.dat').map(line => [line.split('::')[0]!, line.split('::').slice(1)]))
  const properties = linesOf(folder, 'user_map.txt').map(line => {
    const [gender, age, occupation, zip] = known.get(line.trim().split(/\s+/)[1]!)!
    return [gender!, age!, occupation!, zip![0]!]
  })
  return { interactions: loadSequences(folder), properties }
}

function loadHundredThousand(folder: string): People {
  const events = linesOf(folder, 'u.data').map(line => line.split('\t').map(Number))
  const column = (at: number, from: number) => Int32Array.from(events, event => event[at]! - from)
  const properties = linesOf(folder, 'u.user').map(line => {
    const [, age, gender, occupation, zip] = line.split('|')
    return [gender!, String(Math.floor(Number(age) / 10)), occupation!, zip![0]!]
  })
  const times = Float64Array.from(events, event => event[3]!)
  return { interactions: fromEvents({ users: column(0, 1), items: column(1, 1), times }, 943, 1682), properties }
}

export const FOLDS = 10

/** Divides the users at random into ten equal parts. Returns the part of each user. */
export function foldsOf(users: number, seed: number): Int8Array {
  const random = createRandom(seed)
  const shuffled = Array.from({ length: users }, (_, user) => ({ user, at: random() })).sort((a, b) => a.at - b.at)
  const folds = new Int8Array(users)
  for (const [place, { user }] of shuffled.entries()) folds[user] = place % FOLDS
  return folds
}

export function usersIn(folds: Int8Array, fold: number): Int32Array {
  return Int32Array.from(folds.keys()).filter(user => folds[user] === fold)
}
