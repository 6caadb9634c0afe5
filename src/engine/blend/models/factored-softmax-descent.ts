import { type Interactions, itemCounts } from '../../interactions.ts'
import { threadMemory } from '../../math/dense.ts'
import { createVectorsKernel } from '../../math/descent-kernels.ts'
import { meanOf } from '../../math/mean.ts'
import type { WasmMemory } from '../../math/memory.ts'
import { createRandom, shuffle } from '../../math/random.ts'
import type { TeamJob } from '../../team/part.ts'
import { share } from '../../team/share.ts'
import { runOnAllCores } from '../../team/team.ts'
import { type Descent, gradientsOn, type RowSums, scaleOf } from './factored-softmax-gradient.ts'
import {
  type FactoredSoftmaxSettings,
  type Layout,
  layoutOf,
  memoriesOf,
  PARTS,
  POSITIONS,
} from './factored-softmax-layout.ts'

/** How many events of a user are read one after another, and how many before them are remembered. */
const WINDOW = 64
/** The standard deviation of the first numbers. */
const SPREAD = 0.05
/** Where sums of squares begin, so that the first step is not too long. */
const FIRST_SQUARE = 1e-4
/** The share of the rate that the last step has. */
const LAST_RATE = 0.05

/** e and v by item, learned by gradient descent. */
interface Factors {
  /** [item][memory][d] */
  readonly inputs: Float32Array
  /** [item][d] */
  readonly outputs: Float32Array
  /** All that a training has learned, for one that goes on from there; those of several one after another. */
  readonly learned: Float32Array
}

/** The vectors of another training of as many members, which knew some of the events. */
interface Before extends Pick<Factors, 'learned'> {
  /** How many items that was of, and the place there of each of this one's; −1 for those that are not among them. */
  readonly items: number
  readonly places: Int32Array
}

/**
 * Learns the vectors from all events but the first of each user, from chance on or from those of another training. A
 * step is of some 500 events. Its length is by Adagrad (Duchi, Hazan and Singer, JMLR 2011), with one sum of squares
 * for a vector. Several trainings take place at once.
 */
export function fitFactors(interactions: Interactions, settings: FactoredSoftmaxSettings, before?: Before): Factors {
  const { dimensions: d, negatives: K, members } = settings
  const operations = 6 * members * eventsRead(interactions, settings) * K * d
  const { weights } = interactions
  // Told so that they are 1 in the mean, weights mean the same in any unit.
  const unit = weights?.length ? meanOf(weights) : 1
  const told = { ...interactions, weights: weights?.map(weight => weight / unit) }
  const fits = runOnAllCores(descents, share({ interactions: told, settings, before }), [members], operations)
  const { inputs, ...others } = joined(fits, d)
  return { inputs: inputs.map(number => number / unit), ...others }
}

/** A chunk is a training. */
export const descents: TeamJob<Descents, Factors> = {
  module: import.meta.url,
  name: 'descents',
  begin({ interactions, settings, before }) {
    return (_phase, member) => {
      const own = { ...settings, seed: settings.seed + member * SEEDS_APART }
      return descend(interactions, own, before && partOf(before, member, own))
    }
  },
}

interface Descents {
  readonly interactions: Interactions
  readonly settings: FactoredSoftmaxSettings
  readonly before?: Before | undefined
}

/** How far apart the seeds of two trainings are: one has a seed for each of its passes and parts. */
export const SEEDS_APART = 1_000_003

/** One member of a training of several. */
function partOf({ learned, items, places }: Before, member: number, { members }: FactoredSoftmaxSettings): Before {
  const size = learned.length / members
  return { learned: learned.subarray(member * size, (member + 1) * size), items, places }
}

function descend(interactions: Interactions, settings: FactoredSoftmaxSettings, before: Before | undefined): Factors {
  const { dimensions: d, rate } = settings
  const layout = layoutOf(interactions.items, settings)
  const memory = threadMemory(4 * layout.size)
  const data = new Float32Array(memory.buffer)
  const counts = itemCounts({ ...interactions, weights: undefined })
  begin(data, layout, counts, settings.seed)
  if (before) resume(data, layout, before, layoutOf(before.items, settings))
  const descent: Descent = { memory, layout, settings, interactions, counts, ...partsOf(interactions, settings) }
  const sums = sumsOn(descent)
  const learn = gradientsOn(descent, sums)
  const count = descent.parts.length - 1
  const steps = Math.ceil(count / PARTS)
  for (let step = 0; step < steps; step++) {
    const end = Math.min(count, (step + 1) * PARTS)
    for (let part = step * PARTS; part < end; part++) learn(part)
    const now = rate * (1 - ((1 - LAST_RATE) * step) / steps)
    sums.outputs.move(now)
    sums.inputs.move(now)
  }
  const learned = data.slice(0, layout.learned)
  const inputs = data.slice(layout.inputs, layout.inputSquares)
  const scales = memoriesOf(settings).map(({ decay }) => scaleOf(decay))
  for (let at = 0; at < inputs.length; at++) inputs[at]! *= scales[Math.floor(at / d) % scales.length]!
  return { inputs, outputs: data.slice(layout.outputs, layout.outputSquares), learned }
}

/** One model of several: its scores are the means of theirs. Its vectors are theirs, one behind the other. */
function joined(fits: readonly Factors[], d: number): Factors {
  const width = fits.length * d
  const join = (vectors: readonly Float32Array[], factor: number) => {
    const all = new Float32Array(vectors[0]!.length * fits.length)
    for (const [member, own] of vectors.entries())
      for (let at = 0; at < own.length; at++)
        all[Math.floor(at / d) * width + member * d + (at % d)] = factor * own[at]!
    return all
  }
  const outputs = join(
    fits.map(({ outputs }) => outputs),
    1 / fits.length,
  )
  // Of u the last number alone is 1, so the biases are added up there.
  for (let end = width; end <= outputs.length; end += width)
    for (let bias = end - width + d; bias < end; bias += d) {
      outputs[end - 1]! += outputs[bias - 1]!
      outputs[bias - 1] = 0
    }
  const inputs = join(
    fits.map(({ inputs }) => inputs),
    1,
  )
  const size = fits[0]!.learned.length
  const learned = new Float32Array(fits.length * size)
  for (const [member, fit] of fits.entries()) learned.set(fit.learned, member * size)
  return { inputs, outputs, learned }
}

/** How many events a training reads, in all passes together. */
export const eventsRead = ({ sequence }: Interactions, { passes, eventsMax }: FactoredSoftmaxSettings) =>
  Math.min(eventsMax, passes * sequence.length)

/** The first vectors: small numbers by chance, and as bias the logarithm of the item's share of the events. */
function begin(data: Float32Array, layout: Layout, counts: Float64Array, seed: number): void {
  const { inputs, inputSquares, outputs, outputSquares, firstBiases, items, dimensions: d } = layout
  const random = createRandom(seed)
  const total = counts.reduce((a, b) => a + b, 1)
  const spread = SPREAD * Math.sqrt(12)
  for (let at = inputs; at < inputSquares; at++) data[at] = spread * (random() - 0.5)
  for (let at = inputs + d - 1; at < inputSquares; at += d) data[at] = 0
  for (let at = outputs; at < outputSquares; at++) data[at] = spread * (random() - 0.5)
  for (let item = 0; item < items; item++) {
    const bias = Math.log(Math.max(counts[item]!, 0.5) / total)
    data[outputs + item * d + d - 1] = bias
    data[firstBiases + item] = bias
  }
  data.fill(FIRST_SQUARE, inputSquares, inputSquares + items)
  data.fill(FIRST_SQUARE, outputSquares, outputSquares + items)
}

/** Takes over what another training has learned of the same items. Biases move with popularity. */
function resume(data: Float32Array, layout: Layout, { learned, places }: Before, then: Layout): void {
  const { width, dimensions: d } = layout
  for (const [item, place] of places.entries()) {
    if (place < 0) continue
    const copy = (to: number, from: number, numbers: number) =>
      data.set(learned.subarray(from + place * numbers, from + (place + 1) * numbers), to + item * numbers)
    copy(layout.inputs, then.inputs, width)
    copy(layout.inputSquares, then.inputSquares, 1)
    copy(layout.outputs, then.outputs, d)
    copy(layout.outputSquares, then.outputSquares, 1)
    data[layout.outputs + (item + 1) * d - 1]! += data[layout.firstBiases + item]! - learned[then.firstBiases + place]!
  }
}

/** The windows of all passes, each in an order of its own, and the parts that they make. */
function partsOf(interactions: Interactions, settings: FactoredSoftmaxSettings) {
  const { users, offsets } = interactions
  const { passes, seed } = settings
  const all: (readonly [remembered: number, first: number, last: number])[] = []
  for (let user = 0; user < users; user++) {
    const [start, last] = [offsets[user]!, offsets[user + 1]! - 1]
    for (let first = start; first < last; first += WINDOW)
      all.push([Math.max(start, first - WINDOW), first, Math.min(first + WINDOW, last)])
  }
  const [windows, parts]: [number[], number[]] = [[], [0]]
  let [left, inPart] = [eventsRead(interactions, settings), 0]
  for (let pass = 0; pass < passes; pass++)
    for (const at of shuffle(
      Int32Array.from(all, (_, at) => at),
      seed + pass,
    )) {
      const window = all[at]!
      const events = window[2] - window[1]
      if (left < events) break
      if (inPart + events > POSITIONS) {
        parts.push(windows.length / 3)
        inPart = 0
      }
      windows.push(...window)
      inPart += events
      left -= events
    }
  if (inPart > 0) parts.push(windows.length / 3)
  return { windows: Int32Array.from(windows), parts: Int32Array.from(parts) }
}

/** The gradients by the vectors of the items that a step moves. */
function sumsOn({ memory, layout, settings: { regularization } }: Descent) {
  const { items, width, dimensions: d, room } = layout
  const shape = { memory, items, regularization }
  return {
    inputs: rowSums({
      ...shape,
      width,
      rows: layout.inputs,
      squares: layout.inputSquares,
      sums: room.inputSums,
      moved: room.inputsMoved,
    }),
    outputs: rowSums({
      ...shape,
      width: d,
      rows: layout.outputs,
      squares: layout.outputSquares,
      sums: room.outputSums,
      moved: room.outputsMoved,
    }),
  }
}

/** Rows of `width` numbers by item, and the sums of the gradients by them. */
interface Rows {
  readonly memory: WasmMemory
  readonly items: number
  readonly width: number
  readonly regularization: number
  /** Where the rows are, their sums of squares, the gradients, and behind these the items of the gradients. */
  readonly rows: number
  readonly squares: number
  readonly sums: number
  readonly moved: number
}

function rowSums({ memory, items, width, regularization, rows, squares, sums, moved }: Rows): RowSums {
  const vectors = createVectorsKernel(memory)
  new Float32Array(memory.buffer).fill(0, sums, moved)
  const places = new Int32Array(items).fill(-1)
  const list = new Int32Array(memory.buffer, 4 * moved, (moved - sums) / width)
  let count = 0
  return {
    gradientOf(item) {
      if (places[item]! < 0) {
        places[item] = count
        list[count++] = item
      }
      return sums + places[item]! * width
    },
    move(rate) {
      const end = moved + count
      vectors.moveListed(4 * moved, 4 * end, 4 * rows, 4 * sums, 4 * width, 4 * squares, rate, regularization)
      for (let place = 0; place < count; place++) places[list[place]!] = -1
      count = 0
    },
  }
}
