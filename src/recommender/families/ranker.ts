import type { ScorePart } from '../../engine/evidence.ts'
import type { Ranked, Wanted } from '../../engine/ranked.ts'
import type { LatePairs } from '../../engine/recipes/late-pairs.ts'
import type { DatasetRecord } from '../../filters/dataset-record.ts'
import type { FoundInteraction } from '../../store/rows.ts'
import type { RememberedCounts } from './remembered-scores.ts'

/** The user who asks, in a model's own numbers. */
export interface RequestUser {
  readonly userId: string
  /** The items of the user's events that the model was trained on, the oldest first. */
  readonly history: Int32Array
  /** How much each of these events counts. */
  readonly weights: Float32Array
  /** The items of the user's events that came after the training. */
  readonly late?: ReadonlySet<number> | undefined
  /** As the engine takes them; all null where nothing is known. */
  readonly properties: readonly (string | null)[]
  /** Of models of actions: the user's events with actions, newest first; −1 for an action that is not in the index. */
  readonly past?: readonly { readonly item: number; readonly eventType: string; readonly timestampMs: number }[]
  /** Of models of actions: how many events with items the user has, of each type. */
  readonly eventCounts?: ReadonlyMap<string, number>
  /** Of models of actions: how many events with each item the user has, by its id. */
  readonly eventItems?: ReadonlyMap<string, number>
}

/** A question to a model. */
export interface Query {
  readonly user?: RequestUser | undefined
  /** The item asked about, of related items: its number in the item index, −1 where it is not known at all. */
  readonly item?: number | undefined
  /** The circumstances, by column of the model; null where the request says nothing. */
  readonly context?: readonly (string | null)[] | undefined
  /** Milliseconds since 1970. */
  readonly now: number
  /** Of the campaign: weights from 0 to 1 of the semantic recipe. */
  readonly influence?: Readonly<Record<string, number>> | undefined
}

/** A model's answer to one query. */
export interface Answer {
  /** The best items. May end before every item has come; the other items are in the order of the index. */
  rank(wanted?: Wanted): Ranked
  /** The scores of some items, the same as `rank` returns; NaN where the model cannot tell. */
  scoresOf?(items: Int32Array): Float64Array
  /** Which of two items of equal scores `rank` returns first: below 0 the one, above 0 the other. */
  compareEqual?(item: number, other: number): number
  /**
   * How much these items are to the user's taste by their properties; all 0 where that is not known. Left out where the
   * model does not judge by properties.
   */
  tastesOf?(items: Int32Array): Float64Array
  /**
   * The parts of these items' scores, which sum up to them; of models of actions they sum up to the log odds. Places
   * and columns are those of the query: `history`, or of models of actions `past`.
   */
  explain(items: Int32Array): readonly (readonly ScorePart[])[]
  /** The probabilities that the user's next event is with each of these items; they compare between users. */
  probabilitiesOf?(items: Int32Array): Float64Array
  /** Scores, as probabilities that sum up to 1; left out where the service shows none. */
  toProbabilities?(scores: Float64Array, amongThese: boolean): Float64Array
}

/** An event as models count it. */
export type CountedEvent = Pick<FoundInteraction, 'userId' | 'timestampMs' | 'eventType'>

/** Events that are counted anew. They come user by user; items that came after training are among theirs. */
export interface Recount {
  add(item: number, event: CountedEvent, weight: number): void
  /** From now on the new counts answer. */
  done(): void
}

/**
 * The answering side of a trained model. Items that came after training have numbers from the number of trained items
 * on.
 */
export interface Ranker {
  /** The answer holds until the next question: nothing is awaited before its last use. */
  ask(query: Query): Answer
  /**
   * The same, maybe by another thread; left out where no answer is worth that.
   * @param use called with the answer, which holds until it returns
   */
  askSoon?: (<Result>(query: Query, use: (answer: Answer) => Result) => Promise<Result>) | undefined
  /** How often it was asked, and how often it remembered the answer; left out where it remembers none. */
  readonly remembered?: Readonly<RememberedCounts> | undefined
  /** Whether its answers have `toProbabilities`. */
  readonly hasProbabilities?: boolean
  /** Whether an item cannot be recommended at the moment, with any filter. */
  leavesOut?(item: number, query: Query): boolean
  /** Adds an event that was put, by the item's number. */
  addEvent?(item: number, event: CountedEvent, weight: number): void
  /** How it learns with which items those go that had no event at training; left out where it does not. */
  readonly pairs?: Pick<LatePairs, 'concerns' | 'add'>
  /** Begins to count all events anew, in place of those that it was trained on and was told of. */
  recount?(): Recount
  /** Told of each item that came or changed after training. */
  learned?(item: number, record: DatasetRecord): void | Promise<void>
  /** Whether training read the item as this record has it; left out where it learns no items. */
  isAsTrained?(item: number, record: DatasetRecord): boolean
}
