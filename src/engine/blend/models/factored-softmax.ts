import type { Interactions } from '../../interactions.ts'
import { openFactors } from '../../math/factors.ts'
import { Scores } from '../../math/scores.ts'
import { eventsRead, fitFactors } from './factored-softmax-descent.ts'
import { type FactoredSoftmaxSettings, memoriesOf } from './factored-softmax-layout.ts'
import { type BlendQuery, forRecent, type Memory, type Model } from './model.ts'
import { mostPopular, numbersOf } from './most-popular.ts'

export const FACTORED_SOFTMAX: FactoredSoftmaxSettings = {
  dimensions: 64,
  memories: [
    { decay: 0.3, length: 8 },
    { decay: 0.8, length: 25 },
    { decay: 0.96, length: 100 },
  ],
  gate: { decay: 0.5, length: 8 },
  negatives: 256,
  byPopularity: 0.5,
  rate: 0.15,
  regularization: 0,
  passes: 3,
  eventsMax: 4e6,
  again: { rate: 0.3, passes: 2, eventsMax: 2.6e6, seed: 500_001 },
  // A request reads the vectors of all of them.
  itemsMax: 10_000,
  seed: 1,
  members: 4,
  numbersMax: 1_200_000,
}

/**
 * For data in which most pairs of items never meet. An item has few events there: shorter vectors that are drawn to 0
 * keep it from being learned by heart.
 */
export const SPARSE_FACTORED_SOFTMAX: FactoredSoftmaxSettings = {
  ...FACTORED_SOFTMAX,
  dimensions: 48,
  rate: 0.3,
  regularization: 0.2,
  passes: 10,
  eventsMax: 2.5e6,
  again: undefined,
  itemsMax: 16_000,
}

export type FactoredSoftmaxState = {
  /** e and, behind those of the memories, g, [item][memory][d], of the most popular items in their order. */
  readonly inputs: Float32Array
  /** v, [item][d]. */
  readonly outputs: Float32Array
  readonly popular: Int32Array
  readonly items: number
  readonly dimensions: number
  readonly memories: readonly Memory[]
  /** Files of before have none. */
  readonly gate?: Memory | undefined
  /** All that was learned, for a training that goes on from here: this is for none that is served. */
  readonly learned?: Float32Array | undefined
}

/**
 * A low-rank model of the next item, learned with cross-entropy. Klenitskiy and Vasilev, "Turning dross into gold loss"
 * (RecSys 2023), show how much that is worth. The vectors of the history are summed up as in Fossil (He and McAuley,
 * ICDM 2016). The sum is multiplied by a gate, so that items say something together too (Dauphin et al., "Language
 * modeling with gated convolutional networks", ICML 2017). The last number of u is 1, so that of v is the item's bias.
 *
 *     u = (Σ_m Σ_l decay_m^{l−1} e_m(the item l steps back)) ⊙ (1 + Σ_l decay^{l−1} g(the item l steps back))
 *     P(j) ∝ exp(u · v_j)
 *
 * P is over the next item and K others. From a score log K q is taken for an item that is drawn with probability q
 * (Bengio and Senécal, "Adaptive importance sampling to accelerate training of a neural probabilistic language model",
 * 2008). The score u · v is the mean of several trainings (Breiman, "Bagging predictors", Machine Learning 1996).
 *
 * @param trial a model of part of these events, from which the training goes on where items have many events
 */
export function trainFactoredSoftmax(
  interactions: Interactions,
  settings: FactoredSoftmaxSettings = FACTORED_SOFTMAX,
  trial?: FactoredSoftmaxState,
): FactoredSoftmaxState {
  const { dimensions, memories, gate, itemsMax, again } = settings
  // Where items have too few events for a gate, more passes learn them by heart.
  const goesOn = again !== undefined && gate !== undefined
  const before = goesOn && trial?.gate && trial.learned ? { ...trial, learned: trial.learned } : undefined
  const popular = mostPopular(interactions, itemsMax)
  const members = before ? before.dimensions / dimensions : membersOf(popular.interactions, settings)
  const { inputs, outputs, learned } = fitFactors(
    popular.interactions,
    { ...settings, ...(before && again), members },
    before && { learned: before.learned, items: before.popular.length, places: placesIn(before, popular.items) },
  )
  return {
    inputs,
    outputs,
    popular: popular.items,
    items: interactions.items,
    dimensions: members * dimensions,
    memories,
    gate,
    learned: goesOn && !trial ? learned : undefined,
  }
}

function placesIn({ popular, items }: FactoredSoftmaxState, wanted: Int32Array): Int32Array {
  const places = numbersOf(popular, items)
  return wanted.map(item => places[item]!)
}

/** How many events all trainings read together at most: some 20 to 40 seconds of one core. */
const EVENTS_MAX = 6.5e6

/** How many trainings the time of a training and of a request allows. They differ most where there are few events. */
function membersOf(interactions: Interactions, settings: FactoredSoftmaxSettings): number {
  const { dimensions, members, numbersMax } = settings
  const byRequest = Math.floor(numbersMax / (interactions.items * dimensions))
  const byTraining = Math.floor(EVENTS_MAX / eventsRead(interactions, settings))
  return Math.max(1, Math.min(members, byRequest, byTraining))
}

/** Items less likely than the likeliest by this factor, in logarithms, have no score: no pool would hear of it. */
const LEAST = -7

/** A number of a vector takes as long as this many entries of a row. */
const STEPS_OF_NUMBER = 0.3

/** Scores by exp(u · v_j), as shares of the greatest. */
export function openFactoredSoftmax(state: FactoredSoftmaxState): Model {
  const { inputs, outputs, popular, items, dimensions: d, memories, gate } = state
  const rows = numbersOf(popular, items)
  const width = memoriesOf(state).length * d
  const { u, add, sum: sumUp, addShares } = openFactors({ inputs, outputs, items: popular, d })
  type Each = (weight: number, vector: number, at: number) => void
  /** Calls back with each event that a memory has, its weight, and where its vector begins. */
  const forMemory = (query: BlendQuery, memory: Memory, m: number, each: Each) =>
    forRecent(query, memory, (item, weight, at) => {
      if (rows[item]! >= 0) each(weight, rows[item]! * width + m * d, at)
    })
  const forVectors = (query: BlendQuery, each: Each) => {
    for (const [m, memory] of memories.entries()) forMemory(query, memory, m, each)
  }
  /** How much each number of the memories' sum counts. */
  const factors = new Float32Array(d).fill(1)
  const openGate = (query: BlendQuery) => {
    if (!gate) return
    u.fill(1)
    forMemory(query, gate, memories.length, (weight, vector) => add(vector, weight))
    sumUp()
    factors.set(u)
  }
  /** Sums up u. Returns whether the model knows any of the history. */
  const sum = (query: BlendQuery): boolean => {
    let known = false
    openGate(query)
    u.fill(0)
    forVectors(query, (weight, vector) => {
      known = true
      add(vector, weight)
    })
    sumUp()
    for (let k = 0; k < d; k++) u[k]! *= factors[k]!
    u[d - 1] = 1
    return known
  }
  const score = (query: BlendQuery, out: Scores) => {
    if (sum(query)) addShares(out, LEAST)
  }
  let own: Scores | undefined
  return {
    score,
    steps: () => STEPS_OF_NUMBER * outputs.length,
    // A score is shared out among the events that raise it, by how much each does.
    contributions(query, wanted, each) {
      own ??= new Scores(items)
      own.clear()
      score(query, own)
      for (const item of wanted) {
        const score = own.values[item]!
        if (score === 0) continue
        const raises = new Float64Array(query.history.length)
        const v = factors.map((factor, k) => factor * outputs[rows[item]! * d + k]!)
        forVectors(query, (weight, vector, at) => {
          raises[at]! += weight * dot(inputs, vector, v)
        })
        const total = raises.reduce((sum, raise) => sum + Math.max(0, raise), 0)
        if (total === 0) each(item, score, { kind: 'everybody' })
        else
          for (const [at, raise] of raises.entries())
            if (raise > 0) each(item, (score * raise) / total, { kind: 'event', at })
      }
    },
  }
}

/** The product of a vector that begins at `from` with another. Four sums at once: they do not wait for one another. */
function dot(vectors: Float32Array, from: number, other: Float32Array | Float64Array): number {
  let [a, b, c, d] = [0, 0, 0, 0]
  for (let k = 0; k < other.length; k += 4) {
    a += vectors[from + k]! * other[k]!
    b += vectors[from + k + 1]! * other[k + 1]!
    c += vectors[from + k + 2]! * other[k + 2]!
    d += vectors[from + k + 3]! * other[k + 3]!
  }
  return a + b + (c + d)
}
