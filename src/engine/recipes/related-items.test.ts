import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { listed, reloaded } from '#test/engine.ts'
import { fromSequences } from '#test/interactions.ts'
import type { ItemFeatures } from '../blend/models/content.ts'
import { createRandom } from '../math/random.ts'
import { openRelatedItems, RELATED_ITEMS } from './related-items.ts'
import { trainRelatedItems } from './train-related-items.ts'

const featuresOf = (lists: readonly (readonly number[])[]): ItemFeatures => {
  const { offsets, sequence } = fromSequences(lists)
  return { offsets, features: sequence }
}
const MIX = { metadata: 0.2, enough: 5 }

/** Users stay among the squares of one colour; the colour is the first feature, the row the second. */
const random = createRandom(3)
const board = fromSequences(
  Array.from({ length: 600 }, (_, user) =>
    Int32Array.from({ length: 12 }, () => 2 * Math.floor(random() * 32) + (user % 2)).filter(item => item < 60),
  ),
  64,
)
const colours = featuresOf(Array.from({ length: 64 }, (_, item) => [item % 2, 2 + (item >> 3)]))

describe('trainRelatedItems', () => {
  it('puts what goes with everything, such as a sample in each order, after what goes with the item', () => {
    const random = createRandom(4)
    const [SAMPLES, KINDS, EACH] = [3, 5, 20]
    const ordersOf = (user: number) =>
      Array.from({ length: 6 }, () => [
        SAMPLES + EACH * (user % KINDS) + Math.floor(EACH * random() ** 1.5),
        Math.floor(SAMPLES * random()),
      ]).flat()
    const interactions = fromSequences(Array.from({ length: 300 }, (_, user) => ordersOf(user)))
    const { related } = openRelatedItems(trainRelatedItems({ interactions }))
    for (let item = SAMPLES; item < SAMPLES + KINDS * EACH; item++) {
      const { items } = related({ item }, { count: 4 })
      assert.ok(Math.min(...items) >= SAMPLES, `${item}: ${items}`)
    }
  })

  it('counts what comes after 1, what came before a half, further apart less, frequent items held back', () => {
    const state = trainRelatedItems(
      { interactions: fromSequences([[0, 1, 2], [2, 0], [3], [3]], 4) },
      { ...RELATED_ITEMS, destinationExponent: 0.5 },
    )
    const row = (i: number) =>
      [...state.T.columns.subarray(state.T.offsets[i], state.T.offsets[i + 1])].map((j, at) => [
        j,
        Math.round(1000 * state.T.values[state.T.offsets[i]! + at]!) / 1000,
      ])
    assert.deepEqual(row(0), [
      [1, 1],
      [2, Math.round((1000 * (0.95 + 0.5)) / Math.sqrt(2)) / 1000],
    ])
    assert.deepEqual(row(3), [])
  })

  it('holds frequent items back more at a greater popularity_discount_factor', () => {
    const users = [...Array.from({ length: 5 }, () => [0, 1]), ...Array.from({ length: 20 }, () => [1]), [0, 2], [0, 2]]
    const others = Array.from({ length: 30 }, () => [3])
    const first = (popularityDiscountFactor: number) =>
      openRelatedItems(
        trainRelatedItems(
          { interactions: fromSequences([...users, ...others]) },
          { ...RELATED_ITEMS, popularityDiscountFactor },
        ),
      )
        .related({ item: 0 })
        .items.subarray(0, 1)[0]
    assert.equal(first(0), 1)
    assert.equal(first(1), 2)
  })

  it('keeps to the colour of a checkerboard: golden metrics', () => {
    const { metrics } = trainRelatedItems({ interactions: board })
    assert.ok(metrics.normalized_discounted_cumulative_gain_at_25 > 0.12, JSON.stringify(metrics))
  })

  it('gives metadata much weight where they say more than interactions, little where they say nothing', () => {
    const sparse = fromSequences(
      Array.from({ length: 1500 }, (_, user) =>
        Int32Array.from({ length: 4 }, () =>
          random() < 0.6 ? (user % 200) * 10 + Math.floor(random() * 10) : Math.floor(random() * 2000),
        ),
      ),
      2000,
    )
    const telling = featuresOf(Array.from({ length: 2000 }, (_, item) => [Math.floor(item / 10)]))
    const silent = featuresOf(Array.from({ length: 2000 }, (_, item) => [item % 7]))
    const mix = (features: ItemFeatures) => trainRelatedItems({ interactions: sparse, features, featureCount: 200 }).mix
    const weight = ({ metadata, enough }: { metadata: number; enough: number }) =>
      1 - (1 - metadata) * (1 / (1 + enough))
    assert.ok(weight(mix(telling)) > weight(mix(silent)), JSON.stringify([mix(telling), mix(silent)]))
  })

  it('is the same every time', () => {
    const data = { interactions: board, features: colours, featureCount: 10 }
    assert.deepEqual(trainRelatedItems(data), trainRelatedItems(data))
  })

  it('has nothing to say of nothing', () => {
    const model = openRelatedItems(trainRelatedItems({ interactions: fromSequences([], 0) }))
    assert.deepEqual([...model.related({ item: 0 }).items], [])
  })
})

describe('openRelatedItems', () => {
  const data = { interactions: board, features: colours, featureCount: 10 }
  const state = reloaded({ ...trainRelatedItems(data), mix: MIX })
  const model = openRelatedItems(state)

  it('returns every item but the one asked about, once', () => {
    const all = [...model.related({ item: 5 }).items]
    assert.equal(new Set(all).size, 63)
    assert.equal(all.length, 63)
    assert.ok(!all.includes(5))
  })

  it('finds what is like an item without interactions by its metadata', () => {
    const [first] = model.related({ item: 63 }).items
    assert.equal(first! % 2, 1)
    assert.equal(first! >> 3, 7)
  })

  it('finds what is like an item that training did not know by its features', () => {
    const [first, second] = model.related({ item: -1, features: Int32Array.of(0, 4, 99) }).items
    assert.ok([16, 18, 20, 22].includes(first!) && [16, 18, 20, 22].includes(second!))
  })

  it('finds an item that came after training as it finds those that are as much alike', () => {
    const later = openRelatedItems(reloaded(state))
    const features = Int32Array.of(0, 4)
    const usual = [...later.related({ item: 16 }).items]
    assert.ok(!usual.includes(1000))
    later.add(1000, features)
    const found = listed(later.related({ item: 16 }))
    const place = found.findIndex(({ item }) => item === 1000)
    assert.ok(place >= 0 && place < 5, `${place}`)
    assert.deepEqual(
      found.map(({ item }) => item).filter(item => item !== 1000),
      usual,
    )
    const [parts] = later.explain({ item: 16 }, Int32Array.of(1000))
    assert.ok(Math.abs(parts!.reduce((sum, { score }) => sum + score, 0) - found[place]!.score) < 1e-9)
    later.add(1000, Int32Array.of(1, 5))
    assert.ok(!later.related({ item: 16 }).items.includes(1000))
  })

  it('returns the popular items where nothing is known', () => {
    assert.deepEqual(model.related({ item: 1000 }).items.subarray(0, 5), state.popular.subarray(0, 5))
  })

  it('lets what also goes with the user come earlier, but nothing that does not go with the item', () => {
    const interactions = fromSequences([
      [0, 1],
      [0, 1],
      [0, 1],
      [0, 2],
      [0, 2],
      [0, 2],
      [3, 2],
      [3, 4],
      [3, 4],
    ])
    const { related } = openRelatedItems(trainRelatedItems({ interactions }))
    const first = (history?: Int32Array) => listed(related({ item: 0, history })).filter(({ score }) => score > 0)
    assert.deepEqual(
      first().map(({ item }) => item),
      [1, 2],
    )
    assert.deepEqual(
      first(Int32Array.of(3)).map(({ item }) => item),
      [2, 1],
    )
  })

  it('lists as many as are wanted of those that pass', () => {
    const all = model.related({ item: 4 }).items
    const wanted = { count: 3, passes: (item: number) => item !== all[1] }
    assert.deepEqual(model.related({ item: 4 }, wanted).items, all.filter((_, at) => at !== 1).subarray(0, 3))
  })
})
