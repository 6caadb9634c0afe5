import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { greatest } from './greatest.ts'
import { memoryForModel } from './memory.ts'
import { type PackedRows, packRows } from './packed-rows.ts'
import { createRandom } from './random.ts'
import { RowList } from './row-list.ts'
import { Scores } from './scores.ts'

describe('Scores', () => {
  const row = { offsets: Int32Array.of(0, 2), columns: Int32Array.of(1, 3), values: Float32Array.of(2, -4) }

  it('adds up, and knows which items have a score', () => {
    const scores = new Scores(5)
    scores.add(3, 1)
    scores.addRow(row, 0, 0.5)
    scores.addPositive(Int32Array.of(0, 4), Float64Array.of(0, 7))
    assert.deepEqual([...scores.values], [0, 1, 0, -1, 7])
    assert.deepEqual([...scores.items()], [1, 3, 4])
    assert.equal(scores.greatest(), 7)
  })

  it('knows among which items the greatest are, equal ones and few above 0 among them', () => {
    const random = createRandom(3)
    for (const [scored, most] of [
      [3000, 1],
      [3000, -0.9],
      [100, 1],
      [3000, 0],
    ] as const) {
      const scores = new Scores(10_000)
      // Of hundredths, so that many are equal.
      for (let i = 0; i < scored; i++)
        scores.add(Math.floor(random() * 10_000), Math.round(100 * (random() ** 4 + most - 1)) / 100)
      for (const k of [0, 1, 40, 400]) {
        const among = scores.among(k)
        assert.deepEqual(greatest(among, scores.values, k), greatest(scores.items(), scores.values, k))
      }
    }
    const scores = new Scores(16_000)
    for (let item = 0; item < 16_000; item++) scores.add(item, random())
    assert.ok(scores.among(40).length < 100, `${scores.among(40).length}`)
  })

  it('has room for parts after it has held numbers, in a catalogue of any size', () => {
    for (let items = 10; items < 100_000; items = Math.ceil(items * 1.3)) {
      const scores = new Scores(items)
      scores.priors.hold(new Float64Array(items))
      scores.add(0, 1)
      scores.among(1)
      scores.parts.add(items - 1, 2)
      scores.addLogsOfParts(1, 1)
      assert.deepEqual([...scores.items()], [0, items - 1])
    }
  })

  it('is as new when it is cleared', () => {
    const scores = new Scores(50)
    scores.addRow(row, 0, 1)
    scores.add(49, 2)
    scores.clear()
    assert.deepEqual(
      [...scores.values],
      Array.from({ length: 50 }, () => 0),
    )
    assert.equal(scores.items().length, 0)
    assert.equal(scores.greatest(), 0)
    scores.add(20, -1)
    assert.deepEqual([...scores.items()], [20])
    assert.equal(scores.greatest(), 0)
  })

  for (const [scored, of] of [
    [20, 10_000],
    [5000, 10_000],
  ] as const)
    it(`adds the logarithms of parts to 2e-7, of ${scored} items among ${of}`, () => {
      const random = createRandom(7)
      const scores = new Scores(of)
      const expected = new Float64Array(of)
      for (const [weight, floor] of [
        [0.7, 0.01],
        [0.3, 0.001],
      ] as const) {
        const { parts } = scores
        parts.clear()
        for (let i = 0; i < scored; i++) parts.add(Math.floor(random() * of), random() ** 20 - 0.01)
        const most = Math.max(...parts.values)
        for (const item of parts.items())
          if (parts.values[item]! > 0) expected[item]! += weight * Math.log(1 + parts.values[item]! / most / floor)
        scores.addLogsOfParts(weight, floor)
      }
      for (const [item, score] of expected.entries())
        assert.ok(Math.abs(scores.values[item]! - score) < 2e-7, `${item}: ${scores.values[item]} is not ${score}`)
      assert.deepEqual(
        [...scores.items()],
        [...expected.keys()].filter(item => expected[item] !== 0),
      )
    })

  for (const [scored, of, shift] of [
    [0, 30, 0],
    [3, 30, 0],
    [29, 30, -200],
    [30, 30, 500],
    [900, 100_000, 0],
    [99_000, 100_000, 0],
  ] as const)
    it(`lists sums with a prior, and adds up exp of all, of ${scored} items among ${of}`, () => {
      const random = createRandom(5)
      const scores = new Scores(of)
      const prior = Float64Array.from({ length: of }, () => shift - 3 * random())
      const held = scores.priors.hold(prior)
      for (let round = 0; round < 2; round++) {
        scores.clear()
        const first = Math.floor(random() * of)
        for (let at = 0; at < scored; at++) scores.add((first + 7 * at) % of, random() + 0.1)
        const { items, scores: sums, logTotal } = scores.priors.sums(held, { total: true })
        // Each of the last has a score in every block: its sums are those of all items.
        if (scores.scored < of) assert.deepEqual(items, scores.items())
        else assert.equal(items, undefined)
        const sumOf = (item: number) => prior[item]! + scores.values[item]!
        assert.deepEqual(sums, items ? Float64Array.from(items, sumOf) : prior.map((_, item) => sumOf(item)))
        const expected = Math.log(prior.reduce((sum, x, item) => sum + Math.exp(x + scores.values[item]!), 0))
        assert.ok(Math.abs(logTotal! - expected) < 2e-7, `${logTotal} is not ${expected}`)
        assert.equal(scores.priors.sums(held).logTotal, undefined)
      }
    })

  it('adds nothing where no part is above 0', () => {
    const scores = new Scores(3)
    scores.parts.add(1, -1)
    scores.addLogsOfParts(1, 0.1)
    assert.deepEqual([...scores.values], [0, 0, 0])
  })

  /** The same rows in a memory that kernels reach. */
  function inMemory({ parts, offsets, columns, values, scales }: PackedRows): PackedRows {
    const buffer = memoryForModel(100 + columns.byteLength + values.byteLength)
    const moved = new Uint16Array(buffer, 2, columns.length)
    const entries = new Int16Array(buffer, 50 + moved.byteLength, values.length)
    moved.set(columns)
    entries.set(values)
    return { parts, offsets, columns: moved, values: entries, scales }
  }

  for (const [name, items, lengths] of [
    ['few items', 300, [0, 1, 5]],
    ['most items', 300, [200, 0, 1, 280]],
    ['few of many items, in parts', 150_000, [3, 0, 700, 2]],
    ['most of many items, in parts', 150_000, [3, 0, 90_000, 2]],
  ] as const)
    it(`adds rows of ${name} that kernels reach as it adds others, to the bit`, () => {
      const random = createRandom(3)
      const [plain, byKernel] = [new Scores(items), new Scores(items)]
      const columns = lengths.map(length => {
        const some = new Set<number>()
        while (some.size < length) some.add(Math.floor(random() * items))
        return Int32Array.from(some).sort()
      })
      const offsets = Int32Array.of(
        0,
        ...lengths.map((_, row) => lengths.slice(0, row + 1).reduce((a: number, b) => a + b, 0)),
      )
      const values = Float32Array.from({ length: offsets.at(-1)! }, () => random() - 0.4)
      const rows = packRows({ offsets, columns: Int32Array.from(columns.flatMap(row => [...row])), values }, items)
      const moved = inMemory(rows)
      for (let round = 0; round < 2; round++) {
        for (const row of lengths.keys()) {
          plain.addPackedRow(rows, row, 0.7 ** row)
          byKernel.addPackedRow(moved, row, 0.7 ** row)
        }
        // Some of both, and blocks that either way has listed.
        plain.addPackedRow(moved, 0, 0.3)
        byKernel.addPackedRow(rows, 0, 0.3)
        assert.deepEqual(byKernel.values, plain.values)
        assert.deepEqual(byKernel.items(), plain.items())
        assert.equal(byKernel.greatest(), plain.greatest())
        assert.ok(plain.items().length > 0)
        plain.clear()
        byKernel.clear()
        assert.ok(byKernel.values.every(value => value === 0))
      }
    })

  /** Rows of 500 columns that have each one with the probability `chance`; every seventh row is empty. */
  function randomRows(count: number, chance: (column: number) => number): PackedRows {
    const random = createRandom(11)
    const [offsets, columns, values] = [[0], [] as number[], [] as number[]]
    for (let row = 0; row < count; row++) {
      for (let column = 0; column < 500; column++)
        if (row % 7 !== 0 && random() < chance(column)) {
          columns.push(column)
          values.push(random() - 0.4)
        }
      offsets.push(columns.length)
    }
    const rows = { columns: Int32Array.from(columns), values: Float32Array.from(values) }
    return packRows({ offsets: Int32Array.from(offsets), ...rows }, 500)
  }

  for (const [name, chance, count] of [
    ['with a head of some columns', column => (column < 90 ? 0.8 : 0.1), 60],
    ['with a head of all columns', () => 0.9, 60],
    ['without a head', () => 0.2, 60],
    ['of few columns', column => (column % 50 === 0 ? 0.5 : 0), 60],
    ['of a matrix of which some rows say how long heads are', column => (column < 90 ? 0.45 : 0.1), 1300],
  ] as const satisfies readonly (readonly [string, (column: number) => number, number])[])
    it(`adds listed rows ${name} as it adds one after the other, to the bit`, () => {
      const random = createRandom(4)
      const rows = randomRows(count, chance)
      const moved = inMemory(rows)
      const [plain, byKernel] = [new Scores(500), new Scores(500)]
      const list = new RowList()
      for (const length of [0, 1, 4, 30, 63, 600, 3]) {
        list.clear()
        for (let at = 0; at < length; at++) list.add(Math.floor(count * random()), random() + 0.1)
        for (const some of [plain, byKernel]) some.add(17, 0.3)
        for (let at = 0; at < length; at++) plain.addPackedRow(rows, list.rows[at]!, list.weights[at]!)
        byKernel.addPackedRows(moved, list)
        assert.deepEqual(byKernel.values, plain.values)
        assert.deepEqual(byKernel.items(), plain.items())
        plain.clear()
        byKernel.clear()
        assert.ok(byKernel.values.every(value => value === 0))
      }
    })
})
