import { type ChoicesKernel, createChoicesKernel } from '../../math/kernel.ts'
import { createMemory, type WasmMemory } from '../../math/memory.ts'
import { discount } from '../../metrics/ranking.ts'
import type { Shortlist } from './shortlist.ts'

/** A question: numbers by item that weights multiply, and what every item has besides. Its targets come first. */
export interface ChoiceSet extends Pick<Shortlist, 'size' | 'targets' | 'relevant'> {
  /** [model][item]: logarithms, or the shares that logarithms are made from. */
  readonly logs: Float32Array
  readonly base: Float64Array
}

/** Where the rows of a question are, in bytes. Each has `bytes` bytes, the first `targetBytes` for the targets. */
export interface Placed extends Pick<ChoiceSet, 'targets' | 'relevant'> {
  readonly targetBytes: number
  readonly bytes: number
  /** The base of the items, their scores under the present weights, the odds of these, and a row of each model. */
  readonly base: number
  readonly sums: number
  readonly odds: number
  readonly logs: number
}

/** Questions in the memory of a kernel (`math/choices.wat`). */
export interface Choices {
  readonly kernel: ChoicesKernel
  /** The whole memory. */
  readonly data: Float32Array
  /** How many rows of models each question has. */
  readonly models: number
  readonly questions: readonly Placed[]
  /** The weights of the models, a row as long as the longest, and the gains of places, with room to find them. */
  readonly weights: number
  readonly row: number
  readonly gains: number
}

interface Placing {
  /** The places of the models that have a row in a question. */
  readonly models: readonly number[]
  /** ε: the numbers are shares, and log(share + ε) is made from each; logarithms unless given. */
  readonly floor?: number
  /** How many places have a gain. */
  readonly k?: number
}

/** The bytes that an instruction reads: rows have a multiple of them. */
const AT_ONCE = 16
const padded = (numbers: number) => AT_ONCE * Math.ceil((4 * numbers) / AT_ONCE)

/** The thread's: it would not be collected in time, for V8 counts no shared memory. */
let memory: WasmMemory | undefined

/** Places questions in the thread's memory, instead of those before. */
export function placeChoices(sets: readonly ChoiceSet[], { models, floor, k = 0 }: Placing): Choices {
  let end = 0
  const take = (bytes: number) => {
    end += bytes
    return end - bytes
  }
  const questions = sets.map(({ size, targets, relevant }): Placed => {
    const targetBytes = padded(targets)
    const bytes = targetBytes + padded(size - targets)
    const [base, sums, odds] = [take(bytes), take(bytes), take(bytes)]
    return { targets, relevant, targetBytes, bytes, base, sums, odds, logs: take(models.length * bytes) }
  })
  const row = take(questions.reduce((most, { bytes }) => Math.max(most, bytes), 0))
  const [weights, gains] = [take(padded(models.length)), take(4 * padded(k) + AT_ONCE)]
  memory = createMemory(end, memory)
  const data = new Float32Array(memory.buffer)
  const kernel = createChoicesKernel(memory)
  const choices = { kernel, data, models: models.length, questions, weights, row, gains }
  for (const [at, question] of questions.entries()) {
    writeBase(choices, question, sets[at]!.base)
    writeRows(choices, question, sets[at]!, models)
    if (floor !== undefined && question.bytes > 0)
      kernel.takeLogs(question.logs, question.logs + models.length * question.bytes, floor)
  }
  new Float64Array(memory.buffer, gains, k).set(Array.from({ length: k }, (_, place) => discount(place + 1)))
  return choices
}

function writeRows(
  { data }: Choices,
  { targetBytes, bytes, logs: to }: Placed,
  { size, targets, logs }: ChoiceSet,
  models: readonly number[],
): void {
  for (const [row, m] of models.entries()) {
    const at = (to + row * bytes) / 4
    const [first, end] = [m * size, (m + 1) * size]
    data.fill(0, at, at + bytes / 4)
    data.set(logs.subarray(first, first + targets), at)
    data.set(logs.subarray(first + targets, end), at + targetBytes / 4)
  }
}

/** Writes what the items of a question have besides. Those that fill up its rows are never chosen. */
export function writeBase(
  { data }: Choices,
  { targets, targetBytes, bytes, base: to }: Placed,
  base: Float64Array,
): void {
  data.fill(Number.NEGATIVE_INFINITY, to / 4, (to + bytes) / 4)
  data.set(base.subarray(0, targets), to / 4)
  data.set(base.subarray(targets), (to + targetBytes) / 4)
}

/** Works out the scores of the items of all questions under some weights. */
export function weigh(choices: Choices, weights: readonly number[]): void {
  setWeights(choices, weights)
  for (const question of choices.questions) addUp(choices, question)
}

/** Tells the weights for `addUp`. */
export function setWeights({ data, weights }: Choices, of: readonly number[]): void {
  data.set(of, weights / 4)
}

/** Works out the scores of a question's items under the weights that were told. */
export function addUp({ kernel, models, weights }: Choices, { base, sums, logs, bytes }: Placed): void {
  kernel.addRows(sums, base, logs, bytes, weights, models)
}
