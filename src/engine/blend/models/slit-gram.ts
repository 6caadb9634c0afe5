import { type Interactions, type Occurrences, occurrencesOf, type Sequences, sequencesOf } from '../../interactions.ts'
import { numbersIn, type Square } from '../../math/dense.ts'
import type { TeamJob } from '../../team/part.ts'
import { sharedDoubles } from '../../team/share.ts'
import { runOnAllCores } from '../../team/team.ts'
import type { Memory } from './model.ts'

/**
 * Adds SᵀS, or the lower triangle of it. An item at p and one at q, p ≤ q, of a sequence meet in the prefix of every
 * later position t before another item. Each time they add a^{t−p} b^{t−q} with the weight of the item that follows.
 * The decays of the two memories are a and b:
 *
 *     Σ_{t≥q} w_{t+1} a^{t−p} b^{t−q} = a^{q−p} R_q        R_q = w_{q+1} + ab R_{q+1}
 *
 * so a pair is added once, not once for every t. (How far back is too far is asked of q − p, not of t − p.)
 */
export function addGram(interactions: Interactions, memories: readonly Memory[], P: Square): void {
  const sequences = sequencesOf(interactions)
  const R = memories.map(a => memories.map(b => meetings(sequences, a.decay * b.decay)))
  const rows = memories.length * interactions.items
  const lags = memories.reduce((sum, { length }) => sum + length, 0)
  const shared = { P, sequences, at: occurrencesOf(sequences), memories, R }
  runOnAllCores(
    gram,
    shared,
    [Math.ceil(rows / ROWS_AT_ONCE)],
    2 * lags * memories.length * interactions.sequence.length,
  )
}

/** R_q of every position, times the weight of the event there. The last of a user is followed by nothing. */
export function meetings({ users, offsets, sequence, weights }: Sequences, decay: number): Float64Array {
  const R = sharedDoubles(sequence.length)
  for (let user = 0; user < users; user++) {
    let R_q = 0
    for (let q = offsets[user + 1]! - 2; q >= offsets[user]!; q--) {
      R_q = (weights?.[q + 1] ?? 1) + decay * R_q
      R[q] = R_q * (weights?.[q] ?? 1)
    }
  }
  return R
}

interface Gram {
  readonly P: Square
  readonly sequences: Sequences
  readonly at: Occurrences
  readonly memories: readonly Memory[]
  readonly R: readonly (readonly Float64Array[])[]
}

const ROWS_AT_ONCE = 16

/** A row is that of an item in a memory: its occurrences, each with the items near it. */
export const gram: TeamJob<Gram, undefined> = {
  module: import.meta.url,
  name: 'gram',
  begin({ P, sequences, at, memories, R }) {
    const data = numbersIn(P)
    const { offsets, sequence, weights, items: n } = sequences
    const sums = new Float64Array(n)
    const lags = Math.max(...memories.map(({ length }) => length))
    const steps = memories.map(({ decay, length }) =>
      Float64Array.from({ length: lags }, (_, lag) => (lag < length ? decay ** lag : 0)),
    )
    const fill = (i: number, a: number, b: number) => {
      const [aSteps, bSteps, R_q] = [steps[a]!, steps[b]!, R[a]![b]!]
      const [aLags, bLags] = [memories[a]!.length, memories[b]!.length]
      for (let o = at.offsets[i]!; o < at.offsets[i + 1]!; o++) {
        const p = at.positions[o]!
        const user = at.users[o]!
        const [start, end] = [Math.max(offsets[user]!, p - bLags + 1), Math.min(offsets[user + 1]! - 1, p + aLags)]
        for (let q = start; q < p; q++) sums[sequence[q]!]! += R_q[p]! * bSteps[p - q]! * (weights ? weights[q]! : 1)
        const w_p = weights ? weights[p]! : 1
        for (let q = Math.max(p, start); q < end; q++) sums[sequence[q]!]! += R_q[q]! * aSteps[q - p]! * w_p
      }
    }
    return (_phase, chunk) => {
      for (let row = chunk * ROWS_AT_ONCE; row < Math.min((chunk + 1) * ROWS_AT_ONCE, P.n); row++) {
        const a = Math.floor(row / n)
        for (let b = 0; b <= a; b++) {
          sums.fill(0)
          fill(row % n, a, b)
          const to = row * P.stride + b * n
          for (let j = 0; j < n; j++) data[to + j]! += sums[j]!
        }
      }
      return undefined
    }
  },
}
