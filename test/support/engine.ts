import assert from 'node:assert/strict'
import { fromSequences } from '#test/interactions.ts'
import type { BlendQuery, Model } from '../../src/engine/blend/models/model.ts'
import type { Interactions } from '../../src/engine/interactions.ts'
import { createRandom } from '../../src/engine/math/random.ts'
import { Scores } from '../../src/engine/math/scores.ts'
import type { Ranked } from '../../src/engine/ranked.ts'
import type { State } from '../../src/engine/state.ts'
import { formatArtifact, layOut } from '../../src/recommender/model-files/safetensors.ts'

/** Returns all scores of a model, including its prior. */
export function scoresOf(
  model: Model,
  items: number,
  query: Omit<BlendQuery, 'history'> & { history?: readonly number[] },
) {
  const scores = new Scores(items)
  model.score({ ...query, history: Int32Array.from(query.history ?? []) }, scores)
  return Array.from(scores.values, (score, item) => score + (model.prior?.[item] ?? 0))
}

/** A list as an object for each item. */
export function listed({ items, scores, explored }: Ranked) {
  return Array.from(items, (item, at) => ({ item, score: scores[at]!, isExplored: explored?.[at] === 1 }))
}

/**
 * The checkerboard of the library implicit: every even user has every even item but a withheld one, and the same for
 * odd ones.
 */
export function checkerboard(users: number, size: number): { interactions: Interactions; withheld: readonly number[] } {
  const random = createRandom(11)
  const withheld = Array.from({ length: users }, (_, user) => (user % 2) + 2 * Math.floor((random() * size) / 2))
  const sequences = withheld.map((missing, user) => {
    const own = Array.from({ length: size / 2 }, (_, i) => 2 * i + (user % 2)).filter(item => item !== missing)
    return own
      .map(item => ({ item, at: random() }))
      .sort((a, b) => a.at - b.at)
      .map(({ item }) => item)
  })
  return { interactions: fromSequences(sequences, size), withheld }
}

/** Users walk through rings of items: after item i of a ring comes i + 1, but one time in four any item. */
export function rings(users: number, seed: number): Interactions {
  const random = createRandom(seed)
  const sequences = Array.from({ length: users }, () => {
    let item = Math.floor(random() * 100)
    return Array.from({ length: 30 }, () => {
      const next = item - (item % 10) + ((item + 1) % 10)
      item = random() < 0.25 ? Math.floor(random() * 100) : next
      return item
    })
  })
  return fromSequences(sequences, 100)
}

/**
 * A market with structure. A user likes two of ten groups of twelve items, and alternates between a walk through one
 * and random items of the other. No item comes twice, and one in ten is random. Four users in five have their taste as
 * a property. An item's group is its feature.
 */
export function market(users: number, seed: number) {
  const random = createRandom(seed)
  const below = (n: number) => Math.floor(random() * n)
  const people = Array.from({ length: users }, () => {
    const [walked, liked, start] = [below(10), below(10), below(12)]
    const items = Array.from({ length: 16 }, (_, step) => {
      if (random() < 0.1) return below(120)
      return step % 2 === 0 ? walked * 12 + ((start + step / 2) % 12) : liked * 12 + below(12)
    })
    return { items: [...new Set(items)], properties: [random() < 0.8 ? `likes ${liked}` : null] }
  })
  return {
    interactions: fromSequences(
      people.map(({ items }) => items),
      120,
    ),
    users: people.map(({ properties }) => properties),
    itemFeatures: {
      offsets: Int32Array.from({ length: 121 }, (_, item) => item),
      features: Int32Array.from({ length: 120 }, (_, item) => Math.floor(item / 12)),
    },
    features: 10,
  }
}

/** Returns the state after it is written to a file and read again. */
export function reloaded<T extends State>(state: T): T {
  const [head, ...arrays] = formatArtifact(state)
  const size = arrays.reduce((sum, { length }) => sum + length, 0)
  const { state: read, places } = layOut(Buffer.from(head!), size)
  for (const [at, { target, take }] of places.entries()) target ? target.set(arrays[at]!) : take!(arrays[at]!)
  return read as T
}

/** Asserts that the parts of each score above 0 sum up to it, and that an event's place is one of the history. */
export function assertPartsSum(model: Model, items: number, query: BlendQuery): void {
  const scores = new Scores(items)
  model.score(query, scores)
  const sums = new Float64Array(items)
  model.contributions!(query, new Set(Array.from({ length: items }, (_, item) => item)), (item, part, evidence) => {
    sums[item]! += part
    if (evidence.kind === 'event') assert.ok(evidence.at >= 0 && evidence.at < query.history.length)
  })
  const scored = scores.items().filter(item => scores.values[item]! > 0)
  for (const item of scored) {
    const score = scores.values[item]!
    assert.ok(Math.abs(sums[item]! - score) < 1e-5 * Math.max(1, score), `${item}: ${sums[item]} is not ${score}`)
  }
}
