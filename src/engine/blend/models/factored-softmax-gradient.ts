import type { Interactions } from '../../interactions.ts'
import {
  createVectorsKernel,
  createWholeKernel,
  type VectorsKernel,
  type WholeKernel,
} from '../../math/descent-kernels.ts'
import { TILE } from '../../math/kernel.ts'
import type { WasmMemory } from '../../math/memory.ts'
import { createRandom } from '../../math/random.ts'
import {
  type FactoredSoftmaxSettings,
  type Layout,
  memoriesOf,
  type Operand,
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

/** The gradients of a step by rows of numbers, one of each item. */
export interface RowSums {
  /** Where the gradient by the row of an item is; one that is new in this step is 0. */
  gradientOf(item: number): number
  /** Moves all rows that have gradients, and begins a new step. */
  move(rate: number): void
}

interface Sums {
  readonly inputs: RowSums
  readonly outputs: RowSums
}

/** The arrays that its parts work with. */
interface Work extends Descent {
  readonly data: Float32Array
  readonly whole: WholeKernel
  readonly vectors: VectorsKernel
  readonly room: RoomLayout
  readonly weightOf: (event: number) => number
  readonly sums: Sums
}

/** The scale of e: sums of all memories vary alike then. */
export const scaleOf = (decay: number) => Math.sqrt(1 - decay)

/** Calls back with each window of a part. */
function forWindows(
  { windows, parts }: Pick<Descent, 'windows' | 'parts'>,
  part: number,
  each: (first: number, last: number, remembered: number) => void,
): void {
  for (let at = 3 * parts[part]!; at < 3 * parts[part + 1]!; at += 3)
    each(windows[at + 1]!, windows[at + 2]!, windows[at]!)
}

/** Returns a function that adds the gradients of the loss of a part to those of its step. */
export function gradientsOn(descent: Descent, sums: Sums): (part: number) => void {
  const { memory, layout, interactions, settings } = descent
  const { weights } = interactions
  const { dimensions: d, negatives: K, room } = layout
  const work: Work = {
    ...descent,
    data: new Float32Array(memory.buffer),
    whole: createWholeKernel(memory),
    vectors: createVectorsKernel(memory),
    room,
    weightOf: event => (weights ? weights[event]! : 1),
    sums,
  }
  const { data } = work
  data.fill(0, room.zeros, room.zeros + d)
  for (const [m, { decay }] of memoriesOf(settings).entries()) data.set([decay, scaleOf(decay)], room.decays + 2 * m)
  const [read, draw, softmax, goBack] = [readingOn(work), drawingOn(work), softmaxOn(work), historyOn(work)]
  const { userGradients, negativeGradients } = room
  const drawnGradients = new Int32Array(memory.buffer, 4 * room.drawnGradients, K)
  return part => {
    const n = read(part)
    draw(part)
    const scores = { to: room.scores, base: room.corrections, baseStride: 0 }
    multiply(work, scores, room.userRows, room.negativeRows, { rows: n, depth: d, columns: K })
    softmax(part, n)
    const byUser = { to: userGradients, base: userGradients, baseStride: 4 * d }
    multiply(work, byUser, room.chanceRows, room.negativeColumns, { rows: n, depth: K, columns: d })
    const byNegative = { to: negativeGradients, base: room.zeros, baseStride: 0 }
    const depth = TILE.rows * Math.ceil(n / TILE.rows)
    multiply(work, byNegative, room.chanceColumns, room.userColumns, { rows: K, depth, columns: d })
    for (let j = 0; j < K; j++) drawnGradients[j] = 4 * sums.outputs.gradientOf(data[room.drawn + j]!)
    work.vectors.addToListed(4 * room.drawnGradients, 4 * (room.drawnGradients + K), 4 * negativeGradients, 4 * d)
    goBack(part)
  }
}

/** C = D + A B: the rows of A in tiles of 4, the columns of B in tiles of 8. */
function multiply(
  { whole }: Work,
  { to, base, baseStride }: { readonly to: number; readonly base: number; readonly baseStride: number },
  a: Operand,
  b: Operand,
  { rows, depth, columns }: { readonly rows: number; readonly depth: number; readonly columns: number },
): void {
  for (let i = 0; i < rows; i += TILE.rows)
    whole.multiplyWhole(
      4 * (to + i * columns),
      4 * columns,
      4 * base + i * baseStride,
      baseStride,
      4 * a.numbers + 2 * i * depth,
      4 * b.numbers,
      depth / 2,
      columns / TILE.columns,
      4 * (a.scales + i),
      4 * b.scales,
    )
}

/** Writes rows of d numbers as an operand whose columns they are. */
function packColumns(
  { whole, room, layout: { dimensions: d } }: Work,
  from: number,
  rows: number,
  pairs: number,
  { numbers, scales }: Operand,
): void {
  whole.greatestOfColumns(4 * scales, 4 * from, 4 * d, rows)
  whole.scalesOf(4 * scales, 4 * room.columnFactors, 4 * d)
  whole.packColumns(4 * numbers, 4 * from, 4 * d, pairs, 4 * room.columnFactors)
}

/** Returns a function that writes u of each position of a part, as operands too, and returns how many these are. */
function readingOn(work: Work) {
  const { data, vectors, whole, layout, room, interactions, weightOf, settings } = work
  const { sequence } = interactions
  const { inputs, width, dimensions: d } = layout
  const { users, userRows, userColumns } = room
  const [memories, isGated] = [settings.memories.length, Number(settings.gate !== undefined)]
  const remember = (event: number, user: number, i: number) =>
    vectors.remember(
      4 * room.state,
      4 * (inputs + sequence[event]! * width),
      4 * d,
      4 * room.decays,
      memories,
      isGated,
      weightOf(event),
      4 * user,
      4 * (room.sums + i * d),
      4 * (room.gates + i * d),
    )
  return (part: number): number => {
    let n = 0
    forWindows(work, part, (first, last, remembered) => {
      data.fill(0, room.state, room.state + width)
      // Those before the window leave nothing but the state: the next position is written over what else they write.
      for (let event = remembered; event < first; event++) remember(event, users + n * d, n)
      for (let event = first; event < last; event++, n++) {
        remember(event, users + n * d, n)
        data[users + n * d + d - 1] = 1
      }
    })
    whole.packRows(4 * userRows.numbers, 4 * users, 4 * d, n, TILE.rows, 4 * userRows.scales)
    packColumns(work, users, n, 2 * Math.ceil(n / TILE.rows), userColumns)
    return n
  }
}

/** Returns a function that draws the negatives of a part, and log K q of each, which has probability q. */
function drawingOn(work: Work) {
  const { data, vectors, whole, layout, room, interactions, counts, settings } = work
  const { sequence } = interactions
  const { items, dimensions: d, negatives: K } = layout
  const { byPopularity, seed } = settings
  const { negativeRows, drawn } = room
  const itemCorrections = new DataView(work.memory.buffer, 4 * room.itemCorrections)
  for (const [item, count] of counts.entries())
    itemCorrections.setFloat64(
      8 * item,
      Math.log(K * ((byPopularity * count) / sequence.length + (1 - byPopularity) / items)),
      true,
    )
  return (part: number): void => {
    const random = createRandom(seed + part)
    // All are drawn first: the processor waits for several places of the sequence at once.
    for (let j = 0; j < K; j++) {
      const isPopular = random() < byPopularity
      data[drawn + j] = isPopular ? sequence[Math.floor(random() * sequence.length)]! : Math.floor(random() * items)
    }
    const [from, to] = [4 * layout.outputs, 4 * room.negatives]
    vectors.takeVectors(to, from, 4 * d, 4 * drawn, K, 4 * room.itemCorrections, 4 * room.corrections)
    whole.packRows(4 * negativeRows.numbers, to, 4 * d, K, TILE.columns, 4 * negativeRows.scales)
    packColumns(work, room.negatives, K, K / 2, room.negativeColumns)
  }
}

/** Returns a function for the gradients by all scores of a part: an item's probability, less 1 of the one that came. */
function softmaxOn(work: Work) {
  const { data, vectors, whole, layout, room, interactions, weightOf, sums } = work
  const { sequence } = interactions
  const { dimensions: d, negatives: K } = layout
  const { chanceRows, chanceColumns, factors, columnFactors } = room
  const position = (i: number, event: number) => {
    const next = sequence[event + 1]!
    vectors.softmax(
      4 * (room.users + i * d),
      4 * (layout.outputs + next * d),
      4 * (room.userGradients + i * d),
      4 * d,
      4 * (room.scores + i * K),
      4 * (room.scores + (i + 1) * K),
      4 * room.drawn,
      next,
      weightOf(event + 1),
      4 * chanceColumns.scales,
      4 * (factors + i),
      4 * POSITIONS,
      4 * sums.outputs.gradientOf(next),
    )
  }
  return (part: number, n: number): void => {
    data.fill(0, chanceColumns.scales, chanceColumns.scales + K)
    let i = 0
    forWindows(work, part, (first, last) => {
      for (let event = first; event < last; event++) position(i++, event)
    })
    // The rest of the last tile counts for nothing.
    const fours = Math.ceil(n / TILE.rows)
    data.fill(0, room.scores + n * K, room.scores + TILE.rows * fours * K)
    for (const row of [0, 1, 2])
      data.fill(0, factors + row * POSITIONS + n, factors + row * POSITIONS + TILE.rows * fours)
    whole.scalesOf(4 * chanceColumns.scales, 4 * columnFactors, 4 * K)
    const [rows, columns] = [4 * chanceRows.numbers, 4 * chanceColumns.numbers]
    const chances = factors + 2 * POSITIONS
    whole.packBoth(rows, columns, 4 * room.scores, 4 * K, fours, 4 * factors, 4 * chances, 4 * columnFactors)
  }
}

/** Returns a function for the gradients by e: each event hears of all positions after it in its window. */
function historyOn(work: Work) {
  const { data, vectors, layout, room, interactions, weightOf, settings, sums } = work
  const { sequence } = interactions
  const { width, dimensions: d } = layout
  const { userGradients } = room
  const [memories, isGated] = [settings.memories.length, Number(settings.gate !== undefined)]
  return (part: number): void => {
    let n = 0
    forWindows(work, part, (first, last) => {
      data.fill(0, room.state, room.state + width)
      for (let event = last - 1; event >= first; event--) {
        const i = n + event - first
        // That of u is always 1.
        data[userGradients + (i + 1) * d - 1] = 0
        vectors.goBack(
          4 * room.state,
          4 * (userGradients + i * d),
          4 * d,
          4 * room.decays,
          memories,
          isGated,
          weightOf(event),
          4 * sums.inputs.gradientOf(sequence[event]!),
          4 * (room.sums + i * d),
          4 * (room.gates + i * d),
        )
      }
      n += last - first
    })
  }
}
