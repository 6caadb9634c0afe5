import type { BlendQuery } from '../../engine/blend/models/model.ts'
import {
  openPersonalization,
  type PersonalAnswer,
  type PersonalizationState,
} from '../../engine/blend/serving/personalization.ts'
import type { ScoreList } from '../../engine/blend/serving/rank.ts'
import { overrides, trainPersonalization } from '../../engine/blend/training/train.ts'
import { type Interactions, weightsOf } from '../../engine/interactions.ts'
import { floatsOf } from '../../engine/math/floats.ts'
import { meanOf } from '../../engine/math/mean.ts'
import { averageRewards } from '../../engine/metrics/average-rewards.ts'
import { weighedGain } from '../../engine/metrics/event-weights.ts'
import { holdOutUsers } from '../../engine/metrics/held-out.ts'
import { type ServiceMetrics, serviceMetrics } from '../../engine/metrics/service.ts'
import { Cursor, Listing, type Ranked, type Wanted } from '../../engine/ranked.ts'
import type { State } from '../../engine/state.ts'
import { share } from '../../engine/team/share.ts'
import { placeOf, towardsObjective } from '../request/objective.ts'
import type { Plan } from '../training/plan.ts'
import { blendFacts } from './blend-facts.ts'
import { type ColdItems, type ColdItemsQuery, openColdItems, type RankedCold } from './cold-items.ts'
import type { Family, Opening, TrainingData } from './family.ts'
import { interactionsOf, itemFeaturesOf } from './interactions.ts'
import type { Answer, Query, Ranker } from './ranker.ts'
import { openScorer } from './scorer.ts'

/**
 * The next items of a user, by history, properties and circumstances. It serves the USER_PERSONALIZATION and
 * PERSONALIZED_RANKING recipes, the recommenders for a user, and user segments.
 */
export const personalization: Family = {
  tunes: ['bptt'],
  train(data) {
    const state = trainOn(data, interactionsOf(data))
    const metrics = { ...state.metrics, ...objectiveMetrics(data), ...gainOf(data) }
    return { state: state as State, metrics, facts: blendFacts(state) }
  },
  open: (state, opening) => openRanker(state as PersonalizationState, true, opening),
}

/** @param usesHabits whether it uses habits */
function openRanker(state: PersonalizationState, usesHabits: boolean, opening: Opening): Ranker {
  // The arrays of a file are shared already, so that this copies nothing.
  const shared = opening.pool ? share(state) : state
  const model = openPersonalization(shared, usesHabits)
  const scorer = openScorer({ model, state: shared, usesHabits }, opening)
  const coldItems = openColdItems(model, opening)
  const nameOf = ({ user }: Query) => user?.userId ?? ''
  const answered = ({ user }: Query, query: BlendQuery, list: ScoreList) =>
    toAnswer({ answer: model.answer(query, list), user }, coldItems, opening)
  return {
    hasProbabilities: true,
    remembered: scorer.remembered,
    ask(query) {
      const blendQuery = toBlendQuery(query)
      return answered(query, blendQuery, scorer.ask(nameOf(query), blendQuery))
    },
    askSoon:
      scorer.askSoon &&
      ((query, use) => {
        const blendQuery = toBlendQuery(query)
        return scorer.askSoon!(nameOf(query), blendQuery, list => use(answered(query, blendQuery, list)))
      }),
    addEvent: coldItems.addEvent,
    recount: coldItems.recount,
  }
}

function toAnswer({ answer, user }: ColdItemsQuery, coldItems: ColdItems, { itemIndex }: Opening): Answer {
  // To find out how cold items are scored reads content once more, so each request does it once.
  let scoreOf: ReturnType<PersonalAnswer['coldItems']> | undefined
  const query = { answer: { ...answer, coldItems: () => (scoreOf ??= answer.coldItems()) }, user }
  let found: RankedCold | undefined
  const late = () => (found ??= coldItems.rank(query))
  const compareEqual = (item: number, other: number) => {
    if (Math.max(item, other) >= itemIndex.trained) return itemIndex.compare(item, other)
    return answer.places[item]! - answer.places[other]!
  }
  return {
    rank: wanted => withColdItems(answer, late(), compareEqual, wanted),
    scoresOf: items => coldItems.scoresOf(query, items),
    compareEqual,
    tastesOf(items) {
      const taste = answer.taste()
      return floatsOf(items, item => taste?.(coldItems.featuresOf(item)) ?? 0)
    },
    explain: items => coldItems.explain(query, items),
    probabilitiesOf(items) {
      const probabilityOf = answer.probabilities(late().scores, late().before)
      return coldItems.scoresOf(query, items).map(probabilityOf)
    },
    toProbabilities(scores, amongThese) {
      const total = amongThese ? logSum(scores) : logTotalOf(answer.logTotal(), late())
      // A function that returned them would make an object on the heap for each.
      const probabilities = new Float64Array(scores.length)
      for (let at = 0; at < scores.length; at++) probabilities[at] = Math.exp(scores[at]! - total)
      return probabilities
    },
  }
}

/** The best items, those that came after training among them. */
function withColdItems(
  answer: PersonalAnswer,
  late: Ranked,
  compareEqual: NonNullable<Answer['compareEqual']>,
  wanted: Wanted = {},
): Ranked {
  if (late.items.length === 0) return answer.rank(wanted)
  const { count, passes } = wanted
  const lateItems = new Set(late.items)
  const trained = answer.rank({ count, passes: item => !lateItems.has(item) && passes?.(item) !== false })
  const others = new Cursor([late])
  const listing = new Listing(wanted)
  let isThere = others.next()
  for (let at = 0; at < trained.items.length; at++) {
    const item = trained.items[at]!
    const score = trained.scores[at]!
    for (; isThere && others.score >= score; isThere = others.next()) {
      if (others.score === score && compareEqual(others.item, item) > 0) break
      listing.offer(others.item, others.score)
    }
    listing.offer(item, score)
  }
  for (; isThere; isThere = others.next()) listing.offer(others.item, others.score)
  return listing.ranked()
}

/** The logarithm of the sum over all items: of those with the score of the training, and of the others. */
function logTotalOf(trained: number, { scores, before }: RankedCold): number {
  if (scores.length === 0) return trained
  const sumOf = (some: Float64Array) => some.reduce((sum, score) => sum + Math.exp(score - trained), 0)
  return trained + Math.log1p(sumOf(scores) - sumOf(before))
}

/**
 * The order of a given list: the user's own items are ranked as everything else; recommendations leave them for last.
 */
export const personalizedRanking: Family = {
  ...personalization,
  open: (state, opening) => openRanker(state as PersonalizationState, false, opening),
}

/** Whether a recipe's answers use habits. */
function isByHabit({ recipe }: Plan): boolean {
  return recipe.request.operation !== 'GetPersonalizedRanking'
}

/** Trains on these interactions and on the properties of users and items. */
export function trainOn(data: TrainingData, interactions: Interactions): PersonalizationState {
  const { plan, seed, report } = data
  const { apply_recency_bias: recency = true, bptt } = plan.parameters
  return trainPersonalization(
    {
      interactions,
      users: data.hasProperties ? data.userProperties : undefined,
      itemFeatures: data.itemSpace.size > 0 ? itemFeaturesOf(data) : undefined,
      features: data.itemSpace.size,
    },
    {
      seed,
      recency: recency === true,
      usesHabits: isByHabit(plan),
      ...(bptt === undefined ? {} : overrides({ bptt: Number(bptt) })),
    },
    report,
  )
}

/** The rewards of a user are measured on this many recommendations. */
const REWARDED = 500

/**
 * With an objective: average_rewards_at_k of users that a model of its own has not seen. The other metrics are of lists
 * in the order of the objective, as they are served.
 */
function objectiveMetrics(data: TrainingData): Partial<ServiceMetrics> & { readonly average_rewards_at_k?: number } {
  const { plan, itemSchema, itemRecords, seed } = data
  const place = plan.objective ? placeOf(itemSchema, plan.objective) : -1
  if (place < 0) return {}
  const { train, questions } = holdOutUsers(interactionsOf(data), seed, data.userProperties)
  const model = openPersonalization(trainOn(data, train), isByHabit(plan))
  const items = { schema: itemSchema, fieldsOf: (item: number) => itemRecords[item]!.fields }
  const users = questions.map(question => {
    const served = towardsObjective(model.ask(question).rank({ count: REWARDED }), items, plan.objective)
    return { recommended: [...served.items], interacted: new Set(question.targets) }
  })
  const worthOf = (item: number) => Math.max(0, Number(itemRecords[item]!.fields[place] ?? 0))
  const lists = users.map(({ recommended }) => recommended)
  const relevants = users.map(({ interacted }) => interacted)
  return {
    ...(plan.objective!.sensitivity > 0 && serviceMetrics(lists, relevants, itemRecords.length)),
    average_rewards_at_k: averageRewards(users, worthOf),
  }
}

/**
 * With an events configuration: normalized_discounted_cumulative_gain_with_event_weights_at_k, of users that a model of
 * its own has not seen. The guide has no number for k; 25 is that of average_rewards_at_k.
 */
function gainOf(data: TrainingData): {
  readonly normalized_discounted_cumulative_gain_with_event_weights_at_k?: number
} {
  const types = data.plan.solutionConfig.eventsConfig?.eventParametersList ?? []
  if (types.length === 0) return {}
  const interactions = interactionsOf(data)
  const { train, questions } = holdOutUsers(interactions, data.seed, data.userProperties)
  const model = openPersonalization(trainOn(data, train), isByHabit(data.plan))
  const users = questions.map(question => {
    const { targets } = question
    // They are the newest events: no recipe with an events configuration leaves any out.
    const targetWeights = weightsOf(interactions, question.user)?.slice(-targets.length)
    const weighed = new Map<number, number>()
    for (const [i, item] of targets.entries())
      weighed.set(item, Math.max(weighed.get(item) ?? 0, targetWeights?.[i] ?? 1))
    return { recommended: model.ask(question).rank({ count: GAINING }).items, weights: weighed }
  })
  const mean = meanOf(data.plan.rules.map(({ weight }) => weight))
  return { normalized_discounted_cumulative_gain_with_event_weights_at_k: weighedGain(users, mean, GAINING) }
}

const GAINING = 25

function toBlendQuery({ user, context }: Query): BlendQuery {
  return {
    history: user?.history ?? new Int32Array(0),
    weights: user?.weights,
    properties: user?.properties,
    context,
  }
}

function logSum(scores: Float64Array): number {
  const most = scores.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
  return most + Math.log(scores.reduce((sum, score) => sum + Math.exp(score - most), 0))
}
