import type { Interactions } from '../../interactions.ts'
import { createKernel, type Kernel, TILE, type WasmMemory } from '../../math/kernel.ts'
import { createRandom } from '../../math/random.ts'
import {
  type FactoredSoftmaxSettings,
  type HandLayout,
  handLayout,
  type Layout,
  type PartLayout,
  POSITIONS,
} from './factored-softmax-layout.ts'

/** All that threads share of a training. */
export interface Descent {
  readonly memory: WasmMemory
  readonly layout: Layout
  readonly interactions: Interactions
  /** How many events each item has. */
  readonly counts: Float64Array
  /** Three numbers a window of a user's events: the first one remembered, the first and the last one read. */
  readonly windows: Int32Array
  /** The first window of each part, and the end of the last. */
  readonly parts: Int32Array
  readonly settings: FactoredSoftmaxSettings
}

/** A thread's view of it. */
interface Work extends Descent {
  readonly data: Float32Array
  readonly kernel: Kernel
  readonly hand: HandLayout
  readonly weightOf: (event: number) => number
  /** By memory, how much one step further back counts, and the scale of e. */
  readonly decays: readonly number[]
  readonly scales: readonly number[]
}

/** The scale of e: sums of all memories vary alike then. */
export const scaleOf = (decay: number) => Math.sqrt(1 - decay)

/** Calls back with each window of a part. */
export function forWindows(
  { windows, parts }: Pick<Descent, 'windows' | 'parts'>,
  part: number,
  each: (first: number, last: number, remembered: number) => void,
): void {
  for (let at = 3 * parts[part]!; at < 3 * parts[part + 1]!; at += 3)
    each(windows[at + 1]!, windows[at + 2]!, windows[at]!)
}

/** Returns a function that finds the slopes of the loss of a part, and leaves them at a slot of the step. */
export function slopesOn(descent: Descent, member: number): (part: number, slot: number) => void {
  const { memory, layout, interactions, settings } = descent
  const { weights } = interactions
  const decays = settings.memories.map(({ decay }) => decay)
  const work: Work = {
    ...descent,
    data: new Float32Array(memory.buffer),
    kernel: createKernel(memory),
    hand: handLayout(layout, member),
    weightOf: event => (weights ? weights[event]! : 1),
    decays,
    scales: decays.map(scaleOf),
  }
  const { dimensions: d, negatives: K, parts: slots } = layout
  const { data, hand } = work
  const [read, draw, softmax, goBack] = [readingOn(work), drawingOn(work), softmaxOn(work), historyOn(work)]
  return (part, slot) => {
    const at = slots[slot]!
    const n = read(part, at)
    const corrections = draw(part, at)
    data.fill(0, hand.products, hand.products + POSITIONS * K)
    subtract(work, hand.products, hand.userRows, hand.negativeColumns, { rows: n, depth: d, columns: K })
    softmax(part, n, at, corrections)
    subtract(work, at.userSlopes, hand.chanceRows, hand.negativeRows, { rows: n, depth: K, columns: d })
    data.fill(0, at.negativeSlopes, at.negativeSlopes + K * d)
    subtract(work, at.negativeSlopes, hand.chanceColumns, hand.userColumns, { rows: K, depth: n, columns: d })
    goBack(part, at)
  }
}

/** C −= A B: the rows of A in tiles of 4, the columns of B in tiles of 8. */
function subtract(
  { kernel }: Work,
  c: number,
  a: number,
  b: number,
  { rows, depth, columns }: { readonly rows: number; readonly depth: number; readonly columns: number },
): void {
  for (let i = 0; i < rows; i += TILE.rows)
    kernel.subtractProduct(
      4 * (c + i * columns),
      4 * columns,
      4 * (a + i * depth),
      4 * b,
      depth,
      columns / TILE.columns,
    )
}

/** Where entry (i, j) is in a matrix whose rows are in tiles of so many; `length` is the length of a row. */
const inTiles = (i: number, j: number, length: number, tile: 4 | 8) =>
  (i & -tile) * length + j * tile + (i & (tile - 1))

/** Returns a function that writes u of each position of a part, in tiles too, and returns how many these are. */
function readingOn({ data, layout, hand, interactions, weightOf, decays, scales, ...descent }: Work) {
  const { sequence } = interactions
  const { inputs, width, dimensions: d } = layout
  const state = new Float64Array(width)
  const remember = (event: number) => {
    const [from, weight] = [inputs + sequence[event]! * width, weightOf(event)]
    for (let m = 0, at = 0; m < decays.length; m++) {
      const [decay, scale] = [decays[m]!, scales[m]! * weight]
      for (let k = 0; k < d; k++, at++) state[at] = decay * state[at]! + scale * data[from + at]!
    }
  }
  const write = (row: number) => {
    for (let k = 0; k < d - 1; k++) {
      let sum = 0
      for (let at = k; at < width; at += d) sum += state[at]!
      data[row + k] = sum
    }
    data[row + d - 1] = 1
  }
  return (part: number, { users }: PartLayout): number => {
    let n = 0
    forWindows(descent, part, (first, last, remembered) => {
      state.fill(0)
      for (let event = remembered; event < last; event++) {
        remember(event)
        if (event >= first) write(users + n++ * d)
      }
    })
    for (let i = 0; i < n; i++)
      for (let k = 0; k < d; k++) {
        const value = data[users + i * d + k]!
        data[hand.userRows + inTiles(i, k, d, 4)] = value
        data[hand.userColumns + inTiles(k, i, n, 8)] = value
      }
    return n
  }
}

/** Returns a function that draws the negatives of a part, and returns log K q of each, which has probability q. */
function drawingOn({ data, layout, hand, interactions, counts, settings }: Work) {
  const { sequence } = interactions
  const { items, dimensions: d, negatives: K } = layout
  const { byPopularity, seed } = settings
  const corrections = new Float64Array(K)
  return (part: number, { negatives }: PartLayout): Float64Array => {
    const random = createRandom(seed + part)
    for (let j = 0; j < K; j++) {
      const isPopular = random() < byPopularity
      const item = isPopular ? sequence[Math.floor(random() * sequence.length)]! : Math.floor(random() * items)
      data[negatives + j] = item
      corrections[j] = Math.log(K * ((byPopularity * counts[item]!) / sequence.length + (1 - byPopularity) / items))
      for (let k = 0; k < d; k++) {
        const value = data[layout.outputs + item * d + k]!
        data[hand.negativeRows + inTiles(k, j, K, 8)] = value
        data[hand.negativeColumns + inTiles(j, k, d, 8)] = value
      }
    }
    return corrections
  }
}

/** Returns a function for the slopes by all scores of a part: an item's probability, minus 1 for the one that came. */
function softmaxOn({ data, layout, hand, interactions, weightOf, ...descent }: Work) {
  const { sequence } = interactions
  const { dimensions: d, negatives: K } = layout
  const odds = new Float64Array(K)
  const position = (i: number, n: number, event: number, part: PartLayout, corrections: Float64Array) => {
    const next = sequence[event + 1]!
    const [u, v] = [part.users + i * d, layout.outputs + next * d]
    let own = 0
    for (let k = 0; k < d; k++) own += data[u + k]! * data[v + k]!
    let most = own
    for (let j = 0; j < K; j++) {
      const isNext = data[part.negatives + j] === next
      odds[j] = isNext ? Number.NEGATIVE_INFINITY : -data[hand.products + i * K + j]! - corrections[j]!
      if (odds[j]! > most) most = odds[j]!
    }
    const ownOdds = exponential(own - most)
    let total = ownOdds
    for (let j = 0; j < K; j++) total += odds[j] = exponential(odds[j]! - most)
    const weight = weightOf(event + 1)
    // Less, for the kernel subtracts.
    const factor = -weight / total
    for (let j = 0; j < K; j++) {
      const slope = factor * odds[j]!
      data[hand.chanceRows + inTiles(i, j, K, 4)] = slope
      data[hand.chanceColumns + inTiles(j, i, n, 4)] = slope
    }
    const slope = weight * (ownOdds / total - 1)
    data[part.slopes + i] = slope
    for (let k = 0; k < d; k++) data[part.userSlopes + i * d + k] = slope * data[v + k]!
  }
  return (part: number, n: number, at: PartLayout, corrections: Float64Array): void => {
    let i = 0
    forWindows(descent, part, (first, last) => {
      for (let event = first; event < last; event++) position(i++, n, event, at, corrections)
    })
  }
}

/** Returns a function for the slopes by e: each event hears of all positions after it in its window. */
function historyOn({ data, layout, weightOf, decays, scales, ...descent }: Work) {
  const { width, dimensions: d } = layout
  const state = new Float64Array(width)
  const remember = (slopes: number, inputSlopes: number, weight: number) => {
    // That of u is always 1.
    data[slopes + d - 1] = 0
    for (let m = 0, at = 0; m < decays.length; m++) {
      const [decay, scale] = [decays[m]!, scales[m]!]
      for (let k = 0; k < d; k++, at++) {
        state[at] = decay * state[at]! + scale * data[slopes + k]!
        data[inputSlopes + at] = weight * state[at]!
      }
    }
  }
  return (part: number, { userSlopes, inputSlopes }: PartLayout): void => {
    let n = 0
    forWindows(descent, part, (first, last) => {
      state.fill(0)
      for (let event = last - 1; event >= first; event--) {
        const i = n + event - first
        remember(userSlopes + i * d, inputSlopes + i * width, weightOf(event))
      }
      n += last - first
    })
  }
}

/** Powers of 2 from LEAST_POWER on. */
const LEAST_POWER = -64
const POWERS = Float64Array.from({ length: 1 - LEAST_POWER }, (_, at) => 2 ** (at + LEAST_POWER))

/** exp(x) for x ≤ 0 to four digits, in a third of the time of Math.exp; 0 for less than 2^LEAST_POWER. */
function exponential(x: number): number {
  const y = Math.LOG2E * x
  if (!(y > LEAST_POWER)) return 0
  const whole = Math.floor(y)
  const rest = y - whole
  return POWERS[whole - LEAST_POWER]! * (1 + rest * (0.695556856 + rest * (0.226173572 + rest * 0.0781455737)))
}
