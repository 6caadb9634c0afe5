import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { listed, reloaded } from '#test/engine.ts'
import { fromSequences } from '#test/interactions.ts'
import { createRandom } from '../math/random.ts'
import { type Embed, isTrainedWith } from './embeddings.ts'
import { openSemanticSimilarity, trainSemanticSimilarity } from './semantic-similarity.ts'

const texts = [
  'A wizard goes to a school of magic',
  'The young wizard and the magic ring',
  'Cooking pasta at home',
  'Pasta, pizza and bread: cooking in Italy',
  '',
  'Holidays in Italy',
]
const open = async (data: Parameters<typeof trainSemanticSimilarity>[0]) =>
  openSemanticSimilarity(reloaded(await trainSemanticSimilarity(data)))

describe('trainSemanticSimilarity', () => {
  it('finds what has rare words in common, then the popular ones', async () => {
    const interactions = fromSequences([[4], [4], [5], [0]], 6)
    const model = await open({ texts, interactions })
    const scores = listed(model.similar(0)).slice(0, 6)
    assert.deepEqual(
      scores.map(({ item }) => item),
      [1, 4, 5, 2, 3],
    )
    assert.ok(scores[0]!.score > 0 && scores[1]!.score === 0)
    assert.deepEqual(model.similar(3).items.subarray(0, 2), Int32Array.of(5, 2))
  })

  it('puts nothing in front for its popularity that has little in common', async () => {
    const shop = [
      'running shoes for road',
      'light running shoes for trail',
      'pan for eggs',
      'shoes for running',
      'pot for soup',
    ]
    const interactions = fromSequences([[2], [2], [2], [2], [1]], 5)
    const model = await open({ texts: shop, interactions })
    assert.deepEqual([...model.similar(0, { popularity: 1 }).items.subarray(0, 2)].sort(), [1, 3])
  })

  it('is BM25 on either side, as a cosine: worked by hand for two texts of one word in common', async () => {
    const { terms } = await trainSemanticSimilarity({ texts: ['red car', 'red bus', 'blue'] })
    const { similar } = openSemanticSimilarity(await trainSemanticSimilarity({ texts: ['red car', 'red bus', 'blue'] }))
    const red = Math.log(1 + (3 - 2 + 0.5) / 2.5)
    const other = Math.log(1 + (3 - 1 + 0.5) / 1.5)
    assert.ok(Math.abs(terms!.idf[0]! - red) < 1e-12)
    const [first] = listed(similar(0))
    assert.equal(first!.item, 1)
    assert.ok(Math.abs(first!.score - red ** 2 / (red ** 2 + other ** 2)) < 1e-6)
  })

  it('lets popularity and newness decide among the like, as far as the campaign wants', async () => {
    const alike = ['red car', 'red car', 'red car', 'blue car', 'green bus']
    const interactions = fromSequences([[2], [2], [4], [4], [4]], 5)
    const model = await open({ texts: alike, interactions, created: Float64Array.of(0, 10, 5, 7, 10) })
    assert.deepEqual(model.similar(0).items.subarray(0, 2), Int32Array.of(1, 2))
    assert.deepEqual(model.similar(0, { popularity: 0.5 }).items.subarray(0, 2), Int32Array.of(2, 1))
    assert.deepEqual(model.similar(0, { popularity: 0.5, freshness: 1 }).items.subarray(0, 2), Int32Array.of(1, 2))
    assert.equal(model.similar(0, { popularity: 1 }).items.subarray(0, 5).at(-1), 4)
  })

  it('finds items that came after training, and what they have become', async () => {
    const model = await open({ texts, created: Float64Array.of(1, 2, 3, 4, 5, 6) })
    await model.add(9, 'The wizard of the ring', 7)
    assert.deepEqual(model.similar(9).items.subarray(0, 1), Int32Array.of(1))
    assert.deepEqual(model.similar(1).items.subarray(0, 1), Int32Array.of(9))
    await model.add(10, 'Zeitgeist')
    await model.add(11, 'zeitgeist now')
    assert.deepEqual(model.similar(10).items.subarray(0, 1), Int32Array.of(11))
    await model.add(9, 'Home cooking: pasta')
    assert.deepEqual(model.similar(2).items.subarray(0, 1), Int32Array.of(9))
    assert.ok(
      !listed(model.similar(1))
        .slice(0, 9)
        .some(({ item, score }) => item === 9 && score > 0),
    )
  })

  it('measures how like, how popular and how new its recommendations are, each from 0 to 1', async () => {
    const { metrics } = await trainSemanticSimilarity({
      texts,
      interactions: fromSequences([[0, 1, 2, 3, 4, 5]], 6),
      created: Float64Array.of(1, 2, 3, 4, 5, Number.NaN),
    })
    assert.equal(metrics.coverage, 1)
    assert.equal(metrics.item_popularity, 1)
    assert.ok(Math.abs(metrics.item_freshness - (0 + 0.25 + 0.5 + 0.75 + 1 + 0) / 6) < 1e-9)
    assert.ok(metrics.item_similarity > 0 && metrics.item_similarity < 1)
  })

  it('finds a topic among a thousand texts: golden accuracy on generated data', async () => {
    const random = createRandom(5)
    const below = (n: number) => Math.floor(random() * n)
    const written = Array.from({ length: 1000 }, (_, item) =>
      Array.from({ length: 30 }, () => (random() < 0.4 ? `t${item % 20}w${below(40)}` : `w${below(300)}`)).join(' '),
    )
    const model = await open({ texts: written })
    const lists = Array.from({ length: 100 }, (_, item) =>
      [...model.similar(item).items.subarray(0, 10)].map(j => j % 20 === item % 20),
    )
    const right = lists.flat().filter(Boolean).length / 1000
    assert.ok(right > 0.9, `${right}`)
  })

  it('has nothing to say of nothing', async () => {
    assert.deepEqual([...(await open({ texts: [] })).similar(0).items], [])
    assert.deepEqual([...(await open({ texts: ['', ''] })).similar(0).items], [1])
  })
})

describe('with an embedding model', () => {
  /** Texts are angles in degrees; a text that is no number is 45. */
  const embed: Embed = async texts =>
    texts.map(text => {
      const angle = ((Number.isNaN(Number(text)) ? 45 : Number(text)) * Math.PI) / 180
      return Float32Array.of(2 * Math.cos(angle), 2 * Math.sin(angle))
    })

  it('finds the nearest, whatever the number of lists, and new ones too', async () => {
    const angles = Array.from({ length: 300 }, (_, item) => String((item * 7) % 360))
    const state = await trainSemanticSimilarity({ texts: angles }, embed)
    const model = openSemanticSimilarity(reloaded(state), embed)
    const near = model.similar(0).items.subarray(0, 4)
    assert.deepEqual(
      [...near].map(item => Math.min(Number(angles[item]), 360 - Number(angles[item]))).toSorted(),
      [1, 1, 2, 2],
    )
    await model.add(1000, '0.25')
    assert.deepEqual(model.similar(0).items.subarray(0, 1), Int32Array.of(1000))
    await model.add(1000, '180')
    assert.notEqual(model.similar(0).items.subarray(0, 1)[0], 1000)
    assert.deepEqual(state, await trainSemanticSimilarity({ texts: angles }, embed))
  })

  it('has nothing near to an item without a text, and none near to others', async () => {
    const degrees = ['0', '', '1', ' ', '2']
    const interactions = fromSequences([[4], [4], [2]], 5)
    const state = await trainSemanticSimilarity({ texts: degrees, interactions }, embed)
    const model = openSemanticSimilarity(reloaded(state), embed)
    assert.deepEqual(model.similar(1).items.subarray(0, 2), Int32Array.of(4, 2))
    assert.ok(
      !listed(model.similar(0))
        .slice(0, 5)
        .some(({ item, score }) => item % 2 === 1 && score > 0),
    )
    await model.add(1, '0.5')
    assert.equal(model.similar(0).items.subarray(0, 1)[0], 1)
    await model.add(2, '')
    assert.deepEqual(model.similar(0).items.subarray(0, 2), Int32Array.of(1, 4))
  })

  it('finds items that came after a training on none', async () => {
    const model = openSemanticSimilarity(await trainSemanticSimilarity({ texts: [] }, embed), embed)
    for (const [item, text] of ['0', '90', '1'].entries()) await model.add(item, text)
    assert.deepEqual(model.similar(0).items.subarray(0, 1), Int32Array.of(2))
  })

  it('keeps the newest text of an item, and embeds none twice', async () => {
    let embedded = 0
    const counting: Embed = texts => {
      embedded += texts.length
      return embed(texts)
    }
    const model = openSemanticSimilarity(await trainSemanticSimilarity({ texts: ['0', '90', '180'] }, embed), counting)
    await Promise.all(['91', '2', '', '1', '1'].map(text => model.add(3, text)))
    assert.equal(model.similar(3).items.subarray(0, 1)[0], 0)
    assert.equal(embedded, 3)
  })

  it('tells the model of the training from another one', async () => {
    const reading =
      (...vector: number[]): Embed =>
      async texts =>
        texts.map(() => Float32Array.from(vector))
    const { embeddings } = await trainSemanticSimilarity({ texts: ['a'] }, reading(1, 2))
    assert.equal(await isTrainedWith(embeddings!, reading(2.01, 4)), true)
    assert.equal(await isTrainedWith(embeddings!, reading(2, 1)), false)
    assert.equal(await isTrainedWith(embeddings!, reading(1, 2, 0)), false)
  })

  it('says what is missing', async () => {
    const state = await trainSemanticSimilarity({ texts: ['1', '2'] }, embed)
    assert.throws(
      () => openSemanticSimilarity(state),
      /trained with an embedding model, and cannot be opened without it/,
    )
  })
})
