import type { ScorePart } from '../../evidence.ts'
import { Scores } from '../../math/scores.ts'
import type { ServiceMetrics } from '../../metrics/service.ts'
import { type BlendOfClass, openBlend } from '../blend.ts'
import { type HabitsState, habitScore, openHabits, UNTRAINED } from '../habits.ts'
import {
  type ConditionalPopularityState,
  conditionalWeight,
  openConditionalPopularity,
} from '../models/conditional-popularity.ts'
import type { ContentModel } from '../models/content.ts'
import { type ContextLiftState, openContextLift } from '../models/context-lift.ts'
import type { Fading } from '../models/half-life.ts'
import { type BlendQuery, isKnown, type Model } from '../models/model.ts'
import type { PopularityState } from '../models/popularity-prior.ts'
import { blendModelOf, placeOf, type TrainedModel } from '../models.ts'
import { type ColdItem, openWithUntried, scoreColdItems } from './cold-items.ts'
import { explainColdItem, openExplainer } from './explain.ts'
import { countedAt, openNewEventScores } from './new-event-scores.ts'
import { calibrated } from './probabilities.ts'
import { createRanker, type ModelRanker, orderBy, type ScoredItems, type ScoreList } from './rank.ts'

/** A trained recommender, as its file keeps it. */
export type PersonalizationState = {
  readonly items: number
  /** Popularity first. */
  readonly parts: readonly TrainedModel[]
  /** In rising order of events. */
  readonly blends: readonly BlendOfClass[]
  /** The same for users without a known property, where training had properties. */
  readonly blendsWithoutProperties?: readonly BlendOfClass[] | undefined
  /** When items of the history are recommended again; files of before have none. */
  readonly habits?: HabitsState | undefined
  readonly context?: ContextLiftState | undefined
  /** The popularity among users who are unlike most, where blends are popularity above all. */
  readonly conditional?: ConditionalPopularityState | undefined
  /** How fast popularity fades; not at all where it is left out, as in files of before. */
  readonly fading?: Fading | undefined
  readonly metrics: ServiceMetrics
  /** Those of popularity alone, of the same users; files of before have none. */
  readonly popularity?: ServiceMetrics | undefined
}

/** Recommends to any user. */
export interface Personalization extends Pick<ModelRanker, 'score'> {
  readonly metrics: ServiceMetrics
  /** Whether training had events of an item. */
  isMet(item: number): boolean
  /** How many events of an item training counts; fewer where popularity fades. */
  countOf(item: number): number
  /** How much an event of this time counts beside these. */
  countedAt(timestampMs: number): number
  ask(query: BlendQuery): PersonalAnswer
  /** Returns the same as `ask`. @param list the scores, which another thread may have worked out */
  answer(query: BlendQuery, list: ScoreList): PersonalAnswer
}

export interface PersonalAnswer extends ScoredItems {
  /**
   * Returns a function for the probability that the next event is with an item, by its score. These probabilities
   * compare between users.
   * @param late the scores of items that have others than at training, if there are any
   * @param before the scores that those of them have by `rank` which were there
   */
  probabilities(late?: Float64Array, before?: Float64Array): (score: number) => number
  /**
   * The score of an item that had `score` at training and `more` events since, for a user without any. Undefined for
   * other users, whose own events say more.
   */
  readonly byNewEvents: ((item: number, score: number, more: number) => number) | undefined
  /**
   * Returns a function that scores items that were not there at training, by their features or their events; the scores
   * compare with those of `rank`. NaN where neither says anything.
   */
  coldItems(): (coldItem: ColdItem) => number
  /**
   * Returns a function that says how alike an item is to the user's own, by its features. Undefined where the training
   * had no features.
   */
  readonly taste: () => ((features: Int32Array) => number) | undefined
  /** The parts of the scores of these items, of each in the order of the models; they sum up to its score. */
  explain(items: Int32Array): readonly (readonly ScorePart[])[]
  /** The same for an item that was not there at training, with the score that it has. */
  explainColdItem(coldItem: ColdItem, score: number): readonly ScorePart[]
}

/**
 * Opens a trained blend, or one that was read from a file: one ranker a blend, by the length of the history.
 *
 * @param usesHabits whether it uses habits; otherwise what was had is ranked as everything else
 */
export function openPersonalization(state: PersonalizationState, usesHabits = true): Personalization {
  const { items, parts, habits = UNTRAINED } = state
  const named = openModels(state)
  const models = named.slice(0, parts.length).map(({ model }) => model)
  const { counts } = parts[placeOf('prior', parts)]!.state as PopularityState
  const order = orderBy(counts)
  const newEventScoresOf = openNewEventScores(parts, counts[order.items[0]!] ?? 0)
  const scores = new Scores(items)
  const context = state.context && openContextLift(state.context)
  const eachOwnItem = usesHabits ? openHabits(habits, items) : undefined
  const again = eachOwnItem && againBy(habits, eachOwnItem)
  const content = placeOf('cold-items', parts)
  const taste = models[content] as ContentModel | undefined
  const rankerOf = (blend: BlendOfClass): ModelRanker => {
    const hasUntried = taste && counts.includes(0)
    // Where the ranker wants it: of millions of items one prior has megabytes.
    const prior = scores.priors.create()
    const all = hasUntried
      ? openWithUntried(models, blend, taste, counts, prior)
      : openBlend(models, blend, items, undefined, prior)
    return createRanker(served(all, { named, context, blend, again }), order, scores)
  }
  const ranked = (some: readonly BlendOfClass[]) => some.map(blend => ({ blend, ranker: rankerOf(blend) }))
  const usual = ranked(state.blends)
  const withoutProperties = state.blendsWithoutProperties ? ranked(state.blendsWithoutProperties) : usual
  const cold = models[placeOf('cold-users', parts)]
  const isKnownOf = ({ properties }: BlendQuery) => cold?.knows?.(properties ?? []) ?? isKnown(properties)
  const chosen = (query: BlendQuery) => {
    const classes = isKnownOf(query) ? usual : withoutProperties
    return classes.findLast(({ blend }) => blend.eventsFrom <= query.history.length) ?? classes[0]!
  }
  const explaining = { items, models: named, counts, context }
  let explainer: ReturnType<typeof openExplainer> | undefined
  /** The score that habits add to an item that came after the training, as if it was the last one that was had. */
  const habitOf = (query: BlendQuery, { isHad }: ColdItem): number => {
    if (!isHad || !eachOwnItem) return 0
    let sum = 0
    eachOwnItem(Int32Array.of(...query.history, items), (item, logOdds, lag) => {
      if (item === items) sum = habitScore(habits, logOdds, lag)
    })
    return sum
  }
  const answerOf = (blend: BlendOfClass, query: BlendQuery, ranked: ScoredItems): PersonalAnswer => {
    const { weights, floor } = blend
    const byNewEvents = query.history.length > 0 ? undefined : newEventScoresOf(blend)
    return {
      ...ranked,
      probabilities: (late = NONE, before = NONE) => calibrated(ranked, blend.sharpness, late, before),
      byNewEvents: byNewEvents && ((item, score, more) => byNewEvents({ score, count: counts[item]!, more })),
      taste: () => taste?.coldItems(query),
      explain(wanted) {
        explainer ??= openExplainer({ ...explaining, again, taste })
        return explainer(blend, query, wanted, ranked.scoresOf)
      },
      explainColdItem(coldItem, score) {
        const habit = habitOf(query, coldItem)
        const parts = explainColdItem(taste, floor, query, coldItem, score - habit)
        return habit === 0 ? parts : [...parts, { model: 'habits', score: habit, evidence: { kind: 'habit' } }]
      },
      coldItems() {
        const weight = weights[content] ?? 0
        const answered = { scoresOf: ranked.scoresOf, counts, order: order.items, floor, weight, byNewEvents }
        const scoreOf = scoreColdItems(taste, query, answered, scores.parts)
        return coldItem => scoreOf(coldItem) + habitOf(query, coldItem)
      },
    }
  }
  return {
    metrics: state.metrics,
    isMet: item => counts[item]! > 0,
    countOf: item => counts[item]!,
    countedAt: timestampMs => countedAt(timestampMs, state.fading),
    score: (query, wanted) => chosen(query).ranker.score(query, wanted),
    answer(query, list) {
      const { blend, ranker } = chosen(query)
      return answerOf(blend, query, ranker.answer(list))
    },
    ask(query) {
      const { blend, ranker } = chosen(query)
      return answerOf(blend, query, ranker.ask(query))
    },
  }
}

const NONE = new Float64Array(0)

/** The models of a blend with their names, conditional popularity last. */
function openModels({ parts, conditional }: PersonalizationState) {
  const named = parts.map(({ name, state }) => ({ name: name as string, model: blendModelOf(name).open(state) }))
  if (!conditional) return named
  return [...named, { name: 'conditional popularity', model: openConditionalPopularity(conditional) }]
}

interface Circumstances {
  /** The models of the blend, then conditional popularity if there is that. */
  readonly named: ReturnType<typeof openModels>
  readonly context: Model | undefined
  readonly blend: BlendOfClass
  readonly again: ((query: BlendQuery, out: Scores) => void) | undefined
}

/** The blend with what the few who are alike have, what the context says, and what habits say of the history. */
function served(all: Model, { named, context, blend, again }: Circumstances): Model {
  const conditional = named[blend.weights.length]?.model
  const weight = conditionalWeight(blend, named)
  return {
    ...all,
    score(query, out) {
      all.score(query, out)
      if (conditional && weight > 0) {
        out.parts.clear()
        conditional.score(query, out.parts)
        out.addLogsOfParts(weight, blend.floor)
      }
      if (context && query.context) {
        const { parts } = out
        parts.clear()
        context.score(query, parts)
        for (const item of parts.items()) out.add(item, blend.contextWeight * parts.values[item]!)
      }
      again?.(query, out)
    },
  }
}

function againBy(habits: HabitsState, eachOwnItem: ReturnType<typeof openHabits>): NonNullable<Circumstances['again']> {
  return ({ history }, out) =>
    eachOwnItem(history, (item, logOdds, lag) => out.add(item, habitScore(habits, logOdds, lag)))
}
