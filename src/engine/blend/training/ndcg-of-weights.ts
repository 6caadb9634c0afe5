import { floatsOf } from '../../math/floats.ts'
import { meanOf } from '../../math/mean.ts'
import { discount } from '../../metrics/ranking.ts'
import type { Blend } from '../blend.ts'
import { type HabitWeights, habitScore } from '../habits.ts'
import { addUp, type Choices, type Placed, placeChoices, setWeights, weigh, writeBase } from './choices.ts'
import type { Shortlist } from './shortlist.ts'

export interface ChoiceSettings {
  /** Weights are chosen for the best mean NDCG of this many recommendations. */
  readonly k: number
  /** How far items of the history are from others, and how much habits count; not at all unless given. */
  readonly habit?: HabitWeights | undefined
  /** How much the context's lifts count, beside weights of the sum 1; nothing unless given. */
  readonly contextWeight?: number
}

/**
 * The questions as a trial asks them, in the thread's memory. Of those without a target on their list nothing is
 * learned: they are not among them.
 */
export function scoredLists(
  shortlists: readonly Shortlist[],
  models: readonly number[],
  floor: number,
  settings: ChoiceSettings,
): Choices {
  const sets = shortlists.filter(isTelling).map(list => ({ ...list, logs: list.shares, base: baseOf(list, settings) }))
  return placeChoices(sets, { models, floor, k: settings.k })
}

const isTelling = ({ targets }: Shortlist) => targets > 0

/** Returns `scoredLists` of some of these questions, which remembers those of the last ε and settings. */
export function rememberScored(
  all: readonly Shortlist[],
  models: readonly number[],
): (lists: readonly Shortlist[], floor: number, settings: ChoiceSettings) => Choices {
  const telling = [...new Set(all)].filter(isTelling)
  let last: { readonly floor: number; readonly settings: ChoiceSettings; readonly choices: Choices } | undefined
  const placed = new Map<Shortlist, Placed>()
  return (lists, floor, settings) => {
    if (last?.floor !== floor || last.settings !== settings) {
      last = { floor, settings, choices: scoredLists(telling, models, floor, settings) }
      for (const [at, list] of telling.entries()) placed.set(list, last.choices.questions[at]!)
    }
    return { ...last.choices, questions: lists.flatMap(list => placed.get(list) ?? []) }
  }
}

/** By item, its score beside those of the models. */
function baseOf(
  { habits, lags, lifts }: Shortlist,
  { habit = { shift: 0, weight: 0 }, contextWeight = 0 }: ChoiceSettings,
): Float64Array {
  return floatsOf(habits, (logOdds, i) => {
    const again = Number.isNaN(logOdds) ? 0 : habitScore(habit, logOdds, lags[i]!)
    return again + contextWeight * (lifts[i] ?? 0)
  })
}

/** A blend, and settings to ask it with. */
interface Asking {
  readonly blend: Blend
  readonly settings: ChoiceSettings
}

/** The NDCG@k of each question, in several blends or with several settings. */
export function gainsOf(shortlists: readonly Shortlist[], askings: readonly Asking[]): Float64Array[] {
  const told = [...shortlists.keys()].filter(at => isTelling(shortlists[at]!))
  const lists = told.map(at => shortlists[at]!)
  const models = [...(askings[0]?.blend.weights.keys() ?? [])]
  const active = models.filter(m => askings.some(({ blend }) => blend.weights[m]! > 0))
  let last: (Asking & { readonly choices: Choices }) | undefined
  return askings.map(({ blend, settings }) => {
    const { floor, weights } = blend
    const isPlaced = last?.blend.floor === floor && last.settings.k === settings.k
    const choices = isPlaced ? last!.choices : scoredLists(lists, active, floor, settings)
    if (isPlaced && last!.settings !== settings)
      for (const [at, question] of choices.questions.entries())
        writeBase(choices, question, baseOf(lists[at]!, settings))
    last = { blend, settings, choices }
    setWeights(
      choices,
      active.map(m => weights[m]!),
    )
    const gains = new Float64Array(shortlists.length)
    for (const [at, question] of choices.questions.entries()) {
      addUp(choices, question)
      gains[told[at]!] = gainOf(choices, question, 0, 0, settings.k) / idealGain(question.relevant, settings.k)
    }
    return gains
  })
}

/** The questions' scores under some weights, and under these with one changed. */
export class Trial {
  /** If no model recommends any target of a question, its gain is 0 with all weights: it is not among these. */
  readonly choices: Choices
  readonly #ideals: Float64Array
  /** How many questions there are. */
  readonly #count: number
  readonly #k: number

  constructor(choices: Choices, count: number, k: number) {
    this.choices = choices
    this.#ideals = floatsOf(choices.questions, ({ relevant }) => idealGain(relevant, k))
    this.#count = count
    this.#k = k
  }

  /** Takes these weights from now on. */
  take(weights: readonly number[]): void {
    weigh(this.choices, weights)
  }

  /** Takes these weights from now on, and returns their mean NDCG. */
  set(weights: readonly number[]): number {
    this.take(weights)
    return this.qualities(0, [0])[0]!
  }

  /** The mean NDCG where the weight of a model is larger by each of these. */
  qualities(m: number, mores: readonly number[]): number[] {
    const { questions } = this.choices
    const sums = mores.map(() => 0)
    // All of a question at once: its numbers are in the cache then.
    for (let at = 0; at < questions.length; at++)
      for (let which = 0; which < mores.length; which++)
        sums[which]! += gainOf(this.choices, questions[at]!, m, mores[which]!, this.#k) / this.#ideals[at]!
    return sums.map(sum => sum / Math.max(1, this.#count))
  }
}

/** The gain of a question's targets where the weight of a model is larger by `more`. */
function gainOf(
  { kernel, gains }: Choices,
  { sums, logs, targetBytes, bytes }: Placed,
  m: number,
  more: number,
  k: number,
): number {
  return kernel.gainOfTargets(sums, logs + m * bytes, more, targetBytes, bytes, gains, k)
}

function idealGain(relevant: number, k: number): number {
  let ideal = 0
  for (let place = 0; place < Math.min(k, relevant); place++) ideal += discount(place + 1)
  return ideal
}

/** The NDCG@k that a blend has on the shortlists. */
export function ndcgOf(shortlists: readonly Shortlist[], blend: Blend, settings: ChoiceSettings): number {
  return meanOf(gainsOf(shortlists, [{ blend, settings }])[0]!)
}
