import type { ScorePart } from '../evidence.ts'
import { type Examples, sigmoid, trainLogistic } from '../math/logistic.ts'
import { createRandom } from '../math/random.ts'
import { type ActionListMetrics, actionListMetrics } from '../metrics/action-lists.ts'
import { type ActionMetrics, actionMetrics, bestThreshold, type Judged } from '../metrics/actions.ts'
import { Listing, type Ranked, type Wanted } from '../ranked.ts'
import { thompsonSampling } from '../recipes/thompson.ts'
import { packTexts, type Texts, unpackTexts } from '../state.ts'
import { type ActionData, type ActionOutcome, type Decision, decisionsOf, pastFeatures } from './decisions.ts'

interface NextBestActionSettings {
  /**
   * The recipe's action_optimization_period: the days within which a view must lead to the action to count as a
   * success.
   */
  readonly periodDays: number
  /** An action has a score once it has this many events of either kind, in this many days before the newest event. */
  readonly eventsMin: number
  readonly spanDays: number
  /** λ of the regression. */
  readonly regularization: number
  /** Chooses the users who are held out. */
  readonly seed: number
}

/** The guide's figures; λ is ours. */
export const NEXT_BEST_ACTION: NextBestActionSettings = {
  periodDays: 14,
  eventsMin: 50,
  spanDays: 42,
  regularization: 3,
  seed: 1,
}

export type NextBestActionState = {
  readonly actions: number
  readonly features: Texts
  /** W: a row a feature. Its first column is the weight for every action, the others the weight for each. */
  readonly weights: Float32Array
  /** The slope and intercept of the log odds that turn a probability into a score. */
  readonly calibration: readonly [slope: number, intercept: number]
  /** 1 for actions that have a score. */
  readonly isScored: Uint8Array
  /** How often each was taken, and how often it was not. */
  readonly taken: Float64Array
  readonly declined: Float64Array
  readonly metrics: ActionMetrics & ActionListMetrics
}

/** A question about a user. */
interface Deciding {
  readonly features: readonly string[]
  /** The user's events with actions so far. */
  readonly past: readonly { readonly action: number; readonly outcome: ActionOutcome }[]
  /** How many actions there are now; those that came after training have the last numbers. */
  readonly actions: number
  /** The order of actions without a score, which says what is tried with a seed; by number unless given. */
  readonly compareActions?: ((a: number, b: number) => number) | undefined
  /** The value of an action: of equally likely ones the more valuable comes first. */
  readonly worthOf?: ((action: number) => number) | undefined
  /** The same seed explores the same. */
  readonly seed: number
}

interface NextBestAction {
  /**
   * All actions, the likeliest to be taken first; `item` is the action. Those without a score have 0, and are mixed in.
   */
  rank(deciding: Deciding, wanted?: Wanted): Ranked
  /** The parts of the log odds of an action, by feature; none of an action without a score. */
  explain(deciding: Pick<Deciding, 'features' | 'past'>, action: number): readonly ScorePart[]
}

/** The metrics of lists are of this many users at most: each list scores every action. */
const LISTS_MAX = 1000
/** The share of places that try an action without a score. */
const EXPLORATION = 0.1

/**
 * P(a user takes an action), https://docs.aws.amazon.com/personalize/latest/dg/native-recipe-next-best-action.html:
 * logistic regression (math/logistic.ts). Its features are the user's properties and the user's earlier events with
 * this and with other actions, each also by action. So an action with few events is judged as actions are at large.
 *
 *     P = σ(s m + i)        m = Σ_f (W_f0 + W_fa)
 *
 * s and i make probabilities of it (Platt, "Probabilistic outputs for support vector machines", 1999). A tenth of the
 * users calibrates, another is measured on; the model itself is then trained on all.
 */
export function trainNextBestAction(
  data: ActionData,
  settings: NextBestActionSettings = NEXT_BEST_ACTION,
): NextBestActionState {
  const decisions = decisionsOf(data, settings.periodDays)
  const random = createRandom(settings.seed)
  const fold = Float64Array.from(data.features, () => random())
  const some = fit(
    data,
    decisions.filter(({ user }) => fold[user]! >= 0.2),
    settings,
  )
  const validation = decisions.filter(({ user }) => fold[user]! < 0.1)
  const calibration = calibrate(validation, decision => marginOf(some, decision))
  const judge = (decision: Decision): Judged => ({
    action: decision.action,
    score: scoreOf(marginOf(some, decision), calibration),
    isTaken: decision.isTaken,
  })
  const isTested = (user: number) => fold[user]! >= 0.1 && fold[user]! < 0.2
  const test = decisions.filter(({ user }) => isTested(user))
  const { taken, declined } = countRecent(data, settings.spanDays)
  const stateOf = ({ names, weights }: Weights) => ({
    actions: data.actions,
    features: packTexts([...names.keys()]),
    weights: Float32Array.from(weights),
    calibration,
    isScored: Uint8Array.from(taken, (count, a) => +(Math.min(count, declined[a]!) >= settings.eventsMin)),
    taken,
    declined,
  })
  const { rank } = openNextBestAction(stateOf(some))
  const listed = new Set([...fold.keys()].filter(isTested).slice(0, LISTS_MAX))
  const metrics = {
    ...actionMetrics(test.map(judge), bestThreshold(validation.map(judge))),
    ...actionListMetrics(
      data,
      user => listed.has(user),
      (user, past) => rank({ features: data.features[user]!, past, actions: data.actions, seed: user }).items,
    ),
  }
  return { ...stateOf(fit(data, decisions, settings)), metrics }
}

/** Opens a trained model, or one that was read from a file. */
export function openNextBestAction(state: Omit<NextBestActionState, 'metrics'>): NextBestAction {
  const { actions: trained, calibration, isScored, taken, declined } = state
  const names = new Map(unpackTexts(state.features).map((name, number) => [name, number]))
  const weights = { names, weights: state.weights, actions: trained }
  return {
    rank({ features, past, actions, worthOf = () => 0, compareActions = byNumber, seed }, wanted) {
      const all = Array.from({ length: actions }, (_, action) => action)
      const scored = all
        .filter(action => isScored[action] === 1)
        .map(action => {
          const known = [...features, ...pastFeatures(past, action)]
          return { action, score: scoreOf(marginOf(weights, { action, features: known }), calibration) }
        })
        .sort(
          (a, b) =>
            twoDecimals(b.score) - twoDecimals(a.score) ||
            worthOf(b.action) - worthOf(a.action) ||
            b.score - a.score ||
            a.action - b.action,
        )
      const best = new Listing()
      for (const { action, score } of scored) best.offer(action, twoDecimals(score))
      const untried = Int32Array.from(all.filter(action => isScored[action] !== 1).sort(compareActions))
      const most = Math.max(0, ...Array.from(untried, worthOf)) || 1
      const clicks = (action: number) => taken[action] ?? 0
      const impressions = (action: number) => clicks(action) + (declined[action] ?? 0)
      const relevance = Float64Array.from(untried, action => 0.5 + Math.max(0, worthOf(action)) / most / 2)
      const unscored = { items: untried, impressions, clicks, relevance, scoreOf: () => 0 }
      const explored = thompsonSampling(best.ranked(), unscored, { weight: EXPLORATION, seed })
      const given = new Set(explored.items)
      const listing = new Listing(wanted)
      listing.offerAll([explored])
      for (const item of untried) if (!given.has(item)) listing.offer(item, 0, true)
      return listing.ranked()
    },
    explain({ features, past }, action) {
      if (isScored[action] !== 1) return []
      const [slope, intercept] = calibration
      const part = (name: string) => slope * weightOf(weights, name, action)
      return [
        { model: 'regression', score: part(BIAS) + intercept, evidence: { kind: 'everybody' } } as const,
        ...[...features, ...pastFeatures(past, action)].map(name => {
          return { model: 'regression', score: part(name), evidence: { kind: 'fact', name } } as const
        }),
      ].filter(({ score }) => score !== 0)
    },
  }
}

function byNumber(a: number, b: number): number {
  return a - b
}

/** Scores have two decimals, as the guide shows them: actions that these do not tell apart are equally likely. */
function twoDecimals(score: number): number {
  return Math.round(score * 100) / 100
}

interface Weights {
  readonly names: ReadonlyMap<string, number>
  readonly weights: ArrayLike<number>
  readonly actions: number
}

const BIAS = ''
/** A weight of fewer examples than this is not learned. */
const EXAMPLES_MIN = 5

function fit({ actions }: ActionData, decisions: readonly Decision[], settings: NextBestActionSettings): Weights {
  const names = new Map([[BIAS, 0]])
  for (const { features } of decisions) for (const name of features) if (!names.has(name)) names.set(name, names.size)
  const width = actions + 1
  const counts = new Int32Array(names.size * width)
  const rows = decisions.map(({ action, features }) =>
    [BIAS, ...features].flatMap(name => [names.get(name)! * width, names.get(name)! * width + 1 + action]),
  )
  for (const row of rows) for (const weight of row) counts[weight]!++
  const kept = rows.map(row => row.filter(weight => counts[weight]! >= EXAMPLES_MIN))
  const offsets = new Int32Array(rows.length + 1)
  for (const [e, row] of kept.entries()) offsets[e + 1] = offsets[e]! + row.length
  const examples: Examples = {
    offsets,
    features: Int32Array.from(kept.flat()),
    labels: Uint8Array.from(decisions, ({ isTaken }) => +isTaken),
  }
  const { regularization } = settings
  return { names, actions, weights: trainLogistic(examples, names.size * width, { regularization, roundsMax: 50 }) }
}

function marginOf(weights: Weights, { action, features }: Pick<Decision, 'action' | 'features'>) {
  let margin = 0
  for (const name of [BIAS, ...features]) margin += weightOf(weights, name, action)
  return margin
}

/** W_f0 + W_fa */
function weightOf({ names, weights, actions }: Weights, name: string, action: number): number {
  const row = names.get(name)
  return row === undefined ? 0 : weights[row * (actions + 1)]! + weights[row * (actions + 1) + 1 + action]!
}

function scoreOf(margin: number, [slope, intercept]: readonly [number, number]): number {
  return sigmoid(slope * margin + intercept)
}

/** Slope and intercept with the greatest likelihood, held near 1 and 0 where there is little to learn from. */
function calibrate(decisions: readonly Decision[], margin: (decision: Decision) => number): [number, number] {
  const margins = decisions.map(margin)
  let [slope, intercept] = [1, 0]
  for (let round = 0; round < 25; round++) {
    let [gs, gi, ss, si, ii] = [slope - 1, intercept, 1, 0, 1]
    for (const [at, { isTaken }] of decisions.entries()) {
      const m = margins[at]!
      const p = scoreOf(m, [slope, intercept])
      const curvature = p * (1 - p)
      gs += (p - +isTaken) * m
      gi += p - +isTaken
      ss += curvature * m * m
      si += curvature * m
      ii += curvature
    }
    const determinant = ss * ii - si * si
    slope -= (gs * ii - gi * si) / determinant
    intercept -= (gi * ss - gs * si) / determinant
  }
  return [slope, intercept]
}

function countRecent({ actions, events, times, outcomes }: ActionData, spanDays: number) {
  const newest = times.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
  const [taken, declined] = [new Float64Array(actions), new Float64Array(actions)]
  for (const [event, action] of events.entries())
    if (newest - times[event]! <= spanDays * 86_400_000) (outcomes[event] === 2 ? taken : declined)[action]!++
  return { taken, declined }
}
