import { type Interactions, itemCounts } from '../../interactions.ts'
import { threadMemory } from '../../math/dense.ts'
import { createVectorsKernel, type VectorsKernel } from '../../math/kernel.ts'
import { meanOf } from '../../math/mean.ts'
import { createRandom, shuffle } from '../../math/random.ts'
import type { TeamJob } from '../../team/part.ts'
import { share } from '../../team/share.ts'
import { runOnAllCores } from '../../team/team.ts'
import {
  type FactoredSoftmaxSettings,
  type Layout,
  layoutOf,
  memoriesOf,
  PARTS,
  POSITIONS,
} from './factored-softmax-layout.ts'
import { type Descent, forWindows, scaleOf, slopesOn } from './factored-softmax-slopes.ts'

/** How many events of a user are read one after another, and how many before them are remembered. */
const WINDOW = 64
/** The standard deviation of the first numbers. */
const SPREAD = 0.05
/** Where sums of squares begin, so that the first step is not too long. */
const FIRST_SQUARE = 1e-4
/** The share of the rate that the last step has. */
const LAST_RATE = 0.05

/** e and v by item, learned by gradient descent. */
export interface Factors {
  /** [item][memory][d] */
  readonly inputs: Float32Array
  /** [item][d] */
  readonly outputs: Float32Array
}

/**
 * Learns the vectors from all events but the first of each user. A step is of some 500 events. Its length is by Adagrad
 * (Duchi, Hazan and Singer, JMLR 2011), with one sum of squares for a vector. Several trainings take place at once.
 */
export function fitFactors(interactions: Interactions, settings: FactoredSoftmaxSettings): Factors {
  const { dimensions: d, negatives: K, members } = settings
  const operations = 6 * members * eventsRead(interactions, settings) * K * d
  const { weights } = interactions
  // Told so that they are 1 in the mean, weights mean the same in any unit.
  const unit = weights?.length ? meanOf(weights) : 1
  const told = { ...interactions, weights: weights?.map(weight => weight / unit) }
  const { inputs, outputs } = joined(
    runOnAllCores(descents, share({ interactions: told, settings }), [members], operations),
    d,
  )
  return { inputs: inputs.map(number => number / unit), outputs }
}

/** A chunk is a training. */
export const descents: TeamJob<
  { readonly interactions: Interactions; readonly settings: FactoredSoftmaxSettings },
  Factors
> = {
  module: import.meta.url,
  name: 'descents',
  begin({ interactions, settings }) {
    return (_phase, member) => descend(interactions, { ...settings, seed: settings.seed + member * SEEDS_APART })
  },
}

/** How far apart the seeds of two trainings are: one has a seed for each of its passes and parts. */
export const SEEDS_APART = 1_000_003

function descend(interactions: Interactions, settings: FactoredSoftmaxSettings): Factors {
  const { dimensions: d, rate } = settings
  const layout = layoutOf(interactions.items, settings)
  const memory = threadMemory(4 * layout.size)
  const data = new Float32Array(memory.buffer)
  const counts = itemCounts({ ...interactions, weights: undefined })
  begin(data, layout, counts, settings.seed)
  const descent: Descent = { memory, layout, settings, interactions, counts, ...partsOf(interactions, settings) }
  const [learn, move] = [slopesOn(descent), movesOn(descent)]
  const count = descent.parts.length - 1
  const steps = Math.ceil(count / PARTS)
  for (let step = 0; step < steps; step++) {
    const [first, end] = [step * PARTS, Math.min(count, (step + 1) * PARTS)]
    for (let part = first; part < end; part++) learn(part, part - first)
    move(first, end, rate * (1 - ((1 - LAST_RATE) * step) / steps))
  }
  const inputs = data.slice(layout.inputs, layout.inputSquares)
  const scales = memoriesOf(settings).map(({ decay }) => scaleOf(decay))
  for (let at = 0; at < inputs.length; at++) inputs[at]! *= scales[Math.floor(at / d) % scales.length]!
  return { inputs, outputs: data.slice(layout.outputs, layout.outputSquares) }
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
  return { inputs, outputs }
}

/** How many events a training reads, in all passes together. */
export const eventsRead = ({ sequence }: Interactions, { passes, eventsMax }: FactoredSoftmaxSettings) =>
  Math.min(eventsMax, passes * sequence.length)

/** The first vectors: small numbers by chance, and as bias the logarithm of the item's share of the events. */
function begin(data: Float32Array, layout: Layout, counts: Float64Array, seed: number): void {
  const { inputs, inputSquares, outputs, outputSquares, items, dimensions: d } = layout
  const random = createRandom(seed)
  const total = counts.reduce((a, b) => a + b, 1)
  const spread = SPREAD * Math.sqrt(12)
  for (let at = inputs; at < inputSquares; at++) data[at] = spread * (random() - 0.5)
  for (let at = inputs + d - 1; at < inputSquares; at += d) data[at] = 0
  for (let at = outputs; at < outputSquares; at++) data[at] = spread * (random() - 0.5)
  for (let item = 0; item < items; item++)
    data[outputs + item * d + d - 1] = Math.log(Math.max(counts[item]!, 0.5) / total)
  data.fill(FIRST_SQUARE, inputSquares, inputSquares + items)
  data.fill(FIRST_SQUARE, outputSquares, outputSquares + items)
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

/** Returns a function that moves the vectors of all items of which some parts know slopes. */
function movesOn({ memory, layout, interactions, windows, parts, settings }: Descent) {
  const { width, dimensions: d, negatives: K, room } = layout
  const { sequence } = interactions
  const { regularization } = settings
  const data = new Float32Array(memory.buffer)
  const vectors = createVectorsKernel(memory)
  const outputs = rowSums(data, vectors, room.outputSums, { items: layout.items, width: d, regularization })
  const inputs = rowSums(data, vectors, room.inputSums, { items: layout.items, width, regularization })
  return (firstPart: number, end: number, rate: number): void => {
    for (let part = firstPart; part < end; part++) {
      const at = layout.parts[part - firstPart]!
      for (let j = 0; j < K; j++) outputs.add(data[at.negatives + j]!, at.negativeSlopes + j * d, 1)
      let i = 0
      forWindows({ windows, parts }, part, (first, last) => {
        for (let event = first; event < last; event++, i++) {
          outputs.add(sequence[event + 1]!, at.users + i * d, data[at.slopes + i]!)
          inputs.add(sequence[event]!, at.inputSlopes + i * width, 1)
        }
      })
    }
    outputs.move(layout.outputs, layout.outputSquares, rate)
    inputs.move(layout.inputs, layout.inputSquares, rate)
  }
}

/** The slopes of items, each the sum of some rows of `width` numbers, and the moves that they make. */
function rowSums(
  data: Float32Array,
  vectors: VectorsKernel,
  sums: number,
  { items, width, regularization }: { readonly items: number; readonly width: number; readonly regularization: number },
) {
  const places = new Int32Array(items).fill(-1)
  const moved: number[] = []
  const bytes = 4 * width
  return {
    add(item: number, row: number, factor: number): void {
      const isNew = places[item]! < 0
      if (isNew) places[item] = moved.push(item) - 1
      const sum = 4 * (sums + places[item]! * width)
      if (isNew) vectors.scale(sum, 4 * row, bytes, factor)
      else vectors.addScaled(sum, 4 * row, bytes, factor)
    },
    move(rows: number, squares: number, rate: number): void {
      for (const [place, item] of moved.entries()) {
        places[item] = -1
        const [sum, row] = [4 * (sums + place * width), 4 * (rows + item * width)]
        if (regularization > 0) {
          const bias = sums + (place + 1) * width - 1
          const slope = data[bias]!
          vectors.addScaled(sum, row, bytes, regularization)
          data[bias] = slope
        }
        data[squares + item]! += vectors.dot(sum, sum, bytes) / width
        vectors.addScaled(row, sum, bytes, -rate / Math.sqrt(data[squares + item]!))
      }
      moved.length = 0
    },
  }
}
