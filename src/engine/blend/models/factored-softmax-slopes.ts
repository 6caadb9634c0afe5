import type { Interactions } from '../../interactions.ts'
import {
  createKernel,
  createVectorsKernel,
  type Kernel,
  TILE,
  type VectorsKernel,
  type WasmMemory,
} from '../../math/kernel.ts'
import { createRandom } from '../../math/random.ts'
import {
  type FactoredSoftmaxSettings,
  type Layout,
  memoriesOf,
  type PartLayout,
  POSITIONS,
  type RoomLayout,
} from './factored-softmax-layout.ts'

/** A training. */
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

/** The arrays that its parts work with. */
interface Work extends Descent {
  readonly data: Float32Array
  readonly kernel: Kernel
  readonly vectors: VectorsKernel
  readonly room: RoomLayout
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
export function slopesOn(descent: Descent): (part: number, slot: number) => void {
  const { memory, layout, interactions, settings } = descent
  const { weights } = interactions
  const decays = memoriesOf(settings).map(({ decay }) => decay)
  const work: Work = {
    ...descent,
    data: new Float32Array(memory.buffer),
    kernel: createKernel(memory),
    vectors: createVectorsKernel(memory),
    room: layout.room,
    weightOf: event => (weights ? weights[event]! : 1),
    decays,
    scales: decays.map(scaleOf),
  }
  const { dimensions: d, negatives: K, parts: slots } = layout
  const { data, room } = work
  const [read, draw, softmax, goBack] = [readingOn(work), drawingOn(work), softmaxOn(work), historyOn(work)]
  return (part, slot) => {
    const at = slots[slot]!
    const n = read(part, at)
    draw(part, at)
    data.fill(0, room.products, room.products + POSITIONS * K)
    subtract(work, room.products, room.userRows, room.negativeColumns, { rows: n, depth: d, columns: K })
    softmax(part, n, at)
    subtract(work, at.userSlopes, room.chanceRows, room.negativeRows, { rows: n, depth: K, columns: d })
    data.fill(0, at.negativeSlopes, at.negativeSlopes + K * d)
    subtract(work, at.negativeSlopes, room.chanceColumns, room.userColumns, { rows: K, depth: n, columns: d })
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

/** The bytes of a row of a tile: those of A, whose columns are together, and those of B, whose rows are. */
const [A_ROW, B_ROW] = [4 * TILE.rows, 4 * TILE.columns]

/** Returns a function that writes u of each position of a part, in tiles too, and returns how many these are. */
function readingOn({ data, vectors, layout, room, interactions, weightOf, decays, scales, ...descent }: Work) {
  const { memories, gate } = descent.settings
  const { sequence } = interactions
  const { inputs, width, dimensions: d } = layout
  const bytes = 4 * d
  const remember = (event: number) => {
    const [from, weight] = [inputs + sequence[event]! * width, weightOf(event)]
    for (let m = 0; m < decays.length; m++)
      vectors.decayAndAdd(4 * (room.state + m * d), 4 * (from + m * d), bytes, decays[m]!, scales[m]! * weight)
  }
  const write = (users: number, i: number) => {
    const row = 4 * (users + i * d)
    vectors.sum(row, 4 * room.state, bytes, memories.length)
    if (gate) {
      const [sum, gates] = [4 * (room.sums + i * d), 4 * (room.gates + i * d)]
      vectors.scale(sum, row, bytes, 1)
      vectors.scale(gates, 4 * (room.state + memories.length * d), bytes, 1)
      vectors.multiply(row, gates, bytes, 1)
    }
    data[users + i * d + d - 1] = 1
  }
  return (part: number, { users }: PartLayout): number => {
    let n = 0
    forWindows(descent, part, (first, last, remembered) => {
      data.fill(0, room.state, room.state + width)
      for (let event = remembered; event < last; event++) {
        remember(event)
        if (event >= first) write(users, n++)
      }
    })
    for (let i = 0; i < n; i += TILE.rows)
      vectors.transpose(4 * (room.userRows + i * d), 4 * (users + i * d), bytes, A_ROW)
    for (let i = 0; i < n; i++)
      vectors.spread(4 * room.userColumns + i * B_ROW, 4 * (users + i * d), bytes, B_ROW, n * B_ROW)
    return n
  }
}

/** Returns a function that draws the negatives of a part, and log K q of each, which has probability q. */
function drawingOn({ data, vectors, layout, room, interactions, counts, settings }: Work) {
  const { sequence } = interactions
  const { items, dimensions: d, negatives: K } = layout
  const { byPopularity, seed } = settings
  const bytes = 4 * d
  return (part: number, { negatives }: PartLayout): void => {
    const random = createRandom(seed + part)
    for (let j = 0; j < K; j++) {
      const isPopular = random() < byPopularity
      const item = isPopular ? sequence[Math.floor(random() * sequence.length)]! : Math.floor(random() * items)
      data[negatives + j] = item
      const q = (byPopularity * counts[item]!) / sequence.length + (1 - byPopularity) / items
      data[room.corrections + j] = Math.log(K * q)
      const vector = 4 * (layout.outputs + item * d)
      vectors.scale(4 * (room.negatives + j * d), vector, bytes, 1)
      vectors.spread(4 * room.negativeRows + j * B_ROW, vector, bytes, B_ROW, K * B_ROW)
    }
    for (let j = 0; j < K; j += 4) {
      const to = room.negativeColumns + (j & -TILE.columns) * d + (j % TILE.columns)
      vectors.transpose(4 * to, 4 * (room.negatives + j * d), bytes, B_ROW)
    }
  }
}

/** Returns a function for the slopes by all scores of a part: an item's probability, minus 1 for the one that came. */
function softmaxOn({ data, vectors, layout, room, interactions, weightOf, ...descent }: Work) {
  const { sequence } = interactions
  const { dimensions: d, negatives: K } = layout
  const bytes = 4 * d
  const position = (i: number, event: number, part: PartLayout) => {
    const [next, weight] = [sequence[event + 1]!, weightOf(event + 1)]
    const [u, v] = [4 * (part.users + i * d), 4 * (layout.outputs + next * d)]
    const [products, corrections, negatives] = [room.products + i * K, room.corrections, part.negatives]
    const score = vectors.dot(u, v, bytes)
    // They are times −weight, for the kernel subtracts.
    const own = vectors.softmax(4 * products, 4 * K, 4 * corrections, 4 * negatives, next, score, weight)
    const slope = weight * (own - 1)
    data[part.slopes + i] = slope
    vectors.scale(4 * (part.userSlopes + i * d), v, bytes, slope)
  }
  return (part: number, n: number, at: PartLayout): void => {
    let i = 0
    forWindows(descent, part, (first, last) => {
      for (let event = first; event < last; event++) position(i++, event, at)
    })
    for (i = 0; i < n; i += TILE.rows)
      vectors.transpose(4 * (room.chanceRows + i * K), 4 * (room.products + i * K), 4 * K, A_ROW)
    for (i = 0; i < n; i++)
      vectors.spread(4 * room.chanceColumns + i * A_ROW, 4 * (room.products + i * K), 4 * K, A_ROW, n * A_ROW)
  }
}

/** Returns a function for the slopes by e: each event hears of all positions after it in its window. */
function historyOn({ data, vectors, layout, room, weightOf, decays, scales, ...descent }: Work) {
  const { memories, gate } = descent.settings
  const { width, dimensions: d } = layout
  const remember = (i: number, userSlopes: number, inputSlopes: number, weight: number) => {
    const [slopes, sums, gates] = [userSlopes + i * d, room.sums + i * d, room.gates + i * d]
    // That of u is always 1.
    data[slopes + d - 1] = 0
    if (gate) {
      vectors.multiply(4 * sums, 4 * slopes, 4 * d, 0)
      vectors.multiply(4 * slopes, 4 * gates, 4 * d, 1)
    }
    for (let m = 0; m < decays.length; m++) {
      const from = m < memories.length ? slopes : sums
      vectors.decayAndAdd(4 * (room.state + m * d), 4 * from, 4 * d, decays[m]!, scales[m]!)
    }
    vectors.scale(4 * (inputSlopes + i * width), 4 * room.state, 4 * width, weight)
  }
  return (part: number, { userSlopes, inputSlopes }: PartLayout): void => {
    let n = 0
    forWindows(descent, part, (first, last) => {
      data.fill(0, room.state, room.state + width)
      for (let event = last - 1; event >= first; event--) {
        const i = n + event - first
        remember(i, userSlopes, inputSlopes, weightOf(event))
      }
      n += last - first
    })
  }
}
