import { Growing } from '../../math/growing.ts'
import { memoryOf, rememberMemory, type WasmMemory } from '../../math/memory.ts'
import type { PoolJob } from '../../pool/job.ts'
import type { BlendQuery } from '../models/model.ts'
import type { PopularityState } from '../models/popularity-prior.ts'
import { placeOf } from '../models.ts'
import { type ListMemory, type WrittenList, writeList } from './list-memory.ts'
import { openPersonalization, type Personalization, type PersonalizationState } from './personalization.ts'
import type { ScoreList } from './rank.ts'

/** A model, its arrays in memory that threads share, and whether it uses habits. */
export interface Scored {
  readonly state: PersonalizationState
  readonly usesHabits: boolean
  /** The one that the arrays are in, if kernels reach it. */
  readonly memory?: WasmMemory | undefined
}

/** A model for the threads of a pool. */
export function scoredBy(state: PersonalizationState, usesHabits: boolean): Scored {
  return { state, usesHabits, memory: memoryOf(bufferOf(state)) }
}

/** The buffer that all arrays of a model which was read from a file are in. */
function bufferOf({ parts }: PersonalizationState): SharedArrayBuffer {
  return (parts[placeOf('prior', parts)]!.state as PopularityState).counts.buffer as SharedArrayBuffer
}

function open({ state, usesHabits, memory }: Scored): Personalization {
  if (memory) rememberMemory(memory, bufferOf(state))
  return openPersonalization(state, usesHabits)
}

/** A question, and where the scores are to be written. */
export interface ScoringQuestion {
  readonly query: BlendQuery
  readonly memory: ListMemory
}

/** The costly part of an answer, for threads of a pool: `Personalization.score`, with the total. */
export const scoring: PoolJob<Scored, ScoringQuestion, WrittenList> = {
  module: import.meta.url,
  name: 'scoring',
  open(scored) {
    const { score } = open(scored)
    return ({ query, memory }) => writeList(score(query, { total: true }), memory)
  },
}

/**
 * The lists of several questions one after the other. The items of the n-th end at itemEnds[n], its scores at ends[n].
 * One with scores and no items has those of all items.
 */
interface ScoreLists {
  readonly items: Int32Array
  readonly scores: Float64Array
  readonly itemEnds: Int32Array
  readonly ends: Int32Array
  readonly logTotals: Float64Array
}

/** The same for several questions in a message, since a message is not free. */
export const scoringTogether: PoolJob<Scored, readonly BlendQuery[], ScoreLists> = {
  module: import.meta.url,
  name: 'scoringTogether',
  open(scored) {
    const { score } = open(scored)
    return queries => joined(queries.values().map(one => score(one, { total: true })))
  },
}

/** Lists, one after the other. @param lists each may hold until the next is asked for */
export function joined(lists: Iterable<ScoreList>): ScoreLists {
  const [items, scores] = [new Growing<Int32Array>(NO_ITEMS), new Growing<Float64Array>(new Float64Array())]
  const [itemEnds, ends, logTotals]: [number[], number[], number[]] = [[], [], []]
  for (const list of lists) {
    itemEnds.push(items.append(list.items ?? NO_ITEMS))
    ends.push(scores.append(list.scores))
    logTotals.push(list.logTotal!)
  }
  return {
    items: items.numbers.slice(),
    scores: scores.numbers.slice(),
    itemEnds: Int32Array.from(itemEnds),
    ends: Int32Array.from(ends),
    logTotals: Float64Array.from(logTotals),
  }
}

const NO_ITEMS = new Int32Array()

/** The lists that `joined` put together. */
export function apart({ items, scores, itemEnds, ends, logTotals }: ScoreLists): readonly ScoreList[] {
  return Array.from(ends, (end, n) => {
    const own = scores.subarray(n === 0 ? 0 : ends[n - 1]!, end)
    const ownItems = items.subarray(n === 0 ? 0 : itemEnds[n - 1]!, itemEnds[n]!)
    const isAll = ownItems.length < own.length
    return { items: isAll ? undefined : ownItems, scores: own, logTotal: logTotals[n]! }
  })
}
