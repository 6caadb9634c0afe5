import { type Interactions, itemCounts } from '../../interactions.ts'
import { threadMemory } from '../../math/dense.ts'
import { createVectorsKernel, type VectorsKernel } from '../../math/kernel.ts'
import { createRandom, shuffle } from '../../math/random.ts'
import type { TeamJob } from '../../team/part.ts'
import { share } from '../../team/share.ts'
import { runOnAllCores } from '../../team/team.ts'
import {
  type FactoredSoftmaxSettings,
  handLayout,
  type Layout,
  layoutOf,
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
 * (Duchi, Hazan and Singer, JMLR 2011), with one sum of squares for a vector. The result is the same on any number of
 * threads: the parts of a step are, and one of them moves an item.
 */
export function fitFactors(interactions: Interactions, settings: FactoredSoftmaxSettings): Factors {
  const { dimensions: d, memories } = settings
  const layout = layoutOf(interactions.items, settings)
  const memory = threadMemory(4 * layout.size)
  const data = new Float32Array(memory.buffer)
  const counts = itemCounts({ ...interactions, weights: undefined })
  begin(data, layout, counts, settings.seed)
  const { windows, parts } = partsOf(interactions, settings)
  const shared: Descent = { memory, layout, settings, interactions, ...share({ counts, windows, parts }) }
  const steps = stepsOf(shared)
  const operations = 6 * steps * PARTS * POSITIONS * layout.negatives * d
  runOnAllCores(descent, shared, new Array<number>(2 * steps).fill(PARTS), operations)
  const inputs = data.slice(layout.inputs, layout.inputSquares)
  const scales = memories.map(({ decay }) => scaleOf(decay))
  for (let at = 0; at < inputs.length; at++) inputs[at]! *= scales[Math.floor(at / d) % scales.length]!
  return { inputs, outputs: data.slice(layout.outputs, layout.outputSquares) }
}

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
function partsOf({ users, offsets, sequence }: Interactions, { passes, eventsMax, seed }: FactoredSoftmaxSettings) {
  const all: (readonly [remembered: number, first: number, last: number])[] = []
  for (let user = 0; user < users; user++) {
    const [start, last] = [offsets[user]!, offsets[user + 1]! - 1]
    for (let first = start; first < last; first += WINDOW)
      all.push([Math.max(start, first - WINDOW), first, Math.min(first + WINDOW, last)])
  }
  const [windows, parts]: [number[], number[]] = [[], [0]]
  let [left, inPart] = [Math.min(eventsMax, passes * sequence.length), 0]
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

const stepsOf = ({ parts }: Pick<Descent, 'parts'>) => Math.ceil((parts.length - 1) / PARTS)

/** Two phases a step: slopes of each part, then the moves of as many sets of items. */
export const descent: TeamJob<Descent, undefined> = {
  module: import.meta.url,
  name: 'descent',
  begin(shared, member) {
    const { parts, settings } = shared
    const [learn, move] = [slopesOn(shared, member), movesOn(shared, member)]
    const steps = stepsOf(shared)
    return (phase, chunk) => {
      const step = phase >> 1
      const part = step * PARTS + chunk
      if (phase % 2 === 1) move(step, chunk, settings.rate * (1 - ((1 - LAST_RATE) * step) / steps))
      else if (part < parts.length - 1) learn(part, chunk)
      return undefined
    }
  },
}

/** Returns a function that moves the vectors of every item whose remainder by PARTS is `chunk`. */
function movesOn({ memory, layout, interactions, windows, parts }: Descent, member: number) {
  const { width, dimensions: d, negatives: K } = layout
  const { sequence } = interactions
  const data = new Float32Array(memory.buffer)
  const hand = handLayout(layout, member)
  const vectors = createVectorsKernel(memory)
  const outputs = rowSums(data, vectors, hand.outputSums, layout.items, d)
  const inputs = rowSums(data, vectors, hand.inputSums, layout.items, width)
  return (step: number, chunk: number, rate: number): void => {
    for (const [slot, at] of layout.parts.entries()) {
      const part = step * PARTS + slot
      if (part >= parts.length - 1) break
      for (let j = 0; j < K; j++) {
        const item = data[at.negatives + j]!
        if (item % PARTS === chunk) outputs.add(item, at.negativeSlopes + j * d, 1)
      }
      let i = 0
      forWindows({ windows, parts }, part, (first, last) => {
        for (let event = first; event < last; event++, i++) {
          const [item, next] = [sequence[event]!, sequence[event + 1]!]
          if (next % PARTS === chunk) outputs.add(next, at.users + i * d, data[at.slopes + i]!)
          if (item % PARTS === chunk) inputs.add(item, at.inputSlopes + i * width, 1)
        }
      })
    }
    outputs.move(layout.outputs, layout.outputSquares, rate)
    inputs.move(layout.inputs, layout.inputSquares, rate)
  }
}

/** The slopes of items, each the sum of some rows of `width` numbers, and the moves that they make. */
function rowSums(data: Float32Array, vectors: VectorsKernel, sums: number, items: number, width: number) {
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
        const sum = 4 * (sums + place * width)
        data[squares + item]! += vectors.dot(sum, sum, bytes) / width
        vectors.addScaled(4 * (rows + item * width), sum, bytes, -rate / Math.sqrt(data[squares + item]!))
      }
      moved.length = 0
    },
  }
}
