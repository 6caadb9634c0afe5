import { type Interactions, occurrencesOf } from '../../interactions.ts'
import { type Asked, forRecent, type Memory, type Model } from './model.ts'

export interface ContextKnnSettings {
  /** K: how many positions like this one are asked for the next item. */
  readonly neighbours: number
  readonly memory: Memory
  /** How much more a nearer one is believed. */
  readonly exponent: number
  /**
   * How many occurrences of an item are looked at, the newest: so a request takes 12² / 2 times as many steps at most.
   */
  readonly occurrencesMax: number
}

export const CONTEXT_KNN: ContextKnnSettings = {
  neighbours: 1000,
  memory: { decay: 0.8, length: 12 },
  exponent: 3,
  occurrencesMax: 2000,
}

/** The sequences, for there is nothing to train. */
export type ContextKnnState = {
  readonly users: number
  readonly items: number
  readonly offsets: Int32Array
  readonly sequence: Int32Array
  readonly weights?: Float32Array | undefined
  readonly times?: Float64Array | undefined
  readonly neighbours: number
  readonly memory: Memory
  readonly exponent: number
  readonly occurrencesMax: number
}

/** Indexes where each item occurs in the sequences. */
export function trainContextKnn(
  { users, items, offsets, sequence, weights, times }: Interactions,
  settings: ContextKnnSettings = CONTEXT_KNN,
): ContextKnnState {
  return { users, items, offsets, sequence, weights, times, ...settings }
}

/**
 * Nearest neighbours among all moments of all users. After VS-kNN (Ludewig and Jannach, UMUAI 2018), whose sampling of
 * the newest it takes, and STAN (Garg et al., SIGIR 2019). A session there is a position of a sequence here.
 *
 *     score_j = Σ_{t ∈ the K positions with the greatest cos(x_u, x_t), next item j} cos(x_u, x_t)³
 *
 * An item l steps back in the one and m in the other adds nothing to a cosine if l + m ≥ `length`.
 */
export function openContextKnn(state: ContextKnnState): Model {
  const { sequence, offsets, weights, neighbours, memory, exponent } = state
  const at = newest(occurrencesOf(state), state)
  const norms = prefixNorms(state)
  const dots = new Float32Array(sequence.length)
  const met = new Int32Array(sequence.length)
  const cosines = new Float32Array(sequence.length)
  const steps = Float64Array.from({ length: memory.length }, (_, l) => memory.decay ** l)
  return {
    score(asked, out) {
      let [count, back] = [0, 0]
      forRecent(asked, memory, (item, weight) => {
        for (let o = at.offsets[item]!; o < at.offsets[item + 1]!; o++) {
          const position = at.positions[o]!
          const known = weights ? weight * weights[position]! : weight
          const end = Math.min(position + steps.length - back, offsets[at.users[o]! + 1]! - 1)
          for (let t = position; t < end; t++) {
            if (dots[t] === 0) met[count++] = t
            dots[t]! += known * steps[t - position]!
          }
        }
        back++
      })
      const norm = Math.sqrt(sumOfSquares(asked, memory))
      for (let m = 0; m < count; m++) {
        const t = met[m]!
        cosines[m] = dots[t]! / norms[t]! / norm
        dots[t] = 0
      }
      const least = leastOfGreatest(cosines.subarray(0, count), neighbours)
      for (let m = 0; m < count; m++) {
        if (cosines[m]! < least) continue
        const next = met[m]! + 1
        out.add(sequence[next]!, cosines[m]! ** exponent * (weights ? weights[next]! : 1))
      }
    },
    // What a position says is shared out among the events as its cosine is a sum over them.
    contributions(asked, items, each) {
      let count = 0
      forMeetings(asked, (t, dot) => {
        if (dots[t] === 0) met[count++] = t
        dots[t]! += dot
      })
      const norm = Math.sqrt(sumOfSquares(asked, memory))
      const cosineOf = (t: number) => Math.fround(dots[t]! / norms[t]! / norm)
      for (let m = 0; m < count; m++) cosines[m] = cosineOf(met[m]!)
      const least = leastOfGreatest(cosines.subarray(0, count), neighbours)
      forMeetings(asked, (t, dot, at) => {
        const [cosine, next] = [cosineOf(t), t + 1]
        if (cosine < least || !items.has(sequence[next]!)) return
        const said = cosine ** exponent * (weights ? weights[next]! : 1)
        each(sequence[next]!, (said * dot) / dots[t]!, { kind: 'event', at })
      })
      for (let m = 0; m < count; m++) dots[met[m]!] = 0
    },
  }

  /** Calls back with each position that an event of the history is near, and with what that adds to the product. */
  function forMeetings(asked: Asked, each: (t: number, dot: number, at: number) => void) {
    let back = 0
    forRecent(asked, memory, (item, weight, place) => {
      for (let o = at.offsets[item]!; o < at.offsets[item + 1]!; o++) {
        const position = at.positions[o]!
        const known = weights ? weight * weights[position]! : weight
        const end = Math.min(position + steps.length - back, offsets[at.users[o]! + 1]! - 1)
        for (let t = position; t < end; t++) each(t, known * steps[t - position]!, place)
      }
      back++
    })
  }
}

const STEPS = 2048

/** The k-th greatest cosine to 1/2048, rounded down, so that those from it on are k or a few more. No sorting. */
function leastOfGreatest(cosines: Float32Array, k: number): number {
  const counts = new Int32Array(STEPS + 1)
  for (let m = 0; m < cosines.length; m++) counts[Math.min(STEPS, Math.floor(cosines[m]! * STEPS))]!++
  let step = STEPS
  for (let count = counts[step]!; count < k && step > 0; count += counts[step]!) step--
  return step / STEPS
}

/** At most `occurrencesMax` occurrences of every item, the newest. Without times, those of the last users. */
function newest(at: ReturnType<typeof occurrencesOf>, { items, times, occurrencesMax }: ContextKnnState) {
  const offsets = new Int32Array(items + 1)
  const [positions, users] = [new Int32Array(at.positions.length), new Int32Array(at.positions.length)]
  let count = 0
  for (let item = 0; item < items; item++) {
    const all = Int32Array.from({ length: at.offsets[item + 1]! - at.offsets[item]! }, (_, o) => at.offsets[item]! + o)
    if (times && all.length > occurrencesMax) all.sort((a, b) => times[at.positions[a]!]! - times[at.positions[b]!]!)
    for (const o of all.subarray(-occurrencesMax)) {
      positions[count] = at.positions[o]!
      users[count++] = at.users[o]!
    }
    offsets[item + 1] = count
  }
  return { offsets, positions: positions.slice(0, count), users: users.slice(0, count) }
}

/** |x_t| of every position. An item that occurs twice within one prefix is counted apart. */
function prefixNorms({ users, offsets, sequence, weights, memory: { decay, length } }: ContextKnnState): Float32Array {
  const norms = new Float32Array(sequence.length)
  for (let user = 0; user < users; user++) {
    let sum = 0
    for (let t = offsets[user]!; t < offsets[user + 1]!; t++) {
      const gone = t - length
      sum = decay ** 2 * sum + (weights ? weights[t]! ** 2 : 1)
      if (gone >= offsets[user]!) sum -= decay ** (2 * length) * (weights ? weights[gone]! ** 2 : 1)
      norms[t] = Math.sqrt(Math.max(sum, Number.MIN_VALUE))
    }
  }
  return norms
}

function sumOfSquares(asked: Asked, memory: Memory): number {
  let sum = 0
  forRecent(asked, memory, (_item, weight) => {
    sum += weight * weight
  })
  return sum
}
