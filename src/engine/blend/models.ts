import { type Interactions, itemCounts } from '../interactions.ts'
import type { State } from '../state.ts'
import { COLD_USER, openColdUser, trainColdUser } from './models/cold-user.ts'
import { CONTENT, type ItemFeatures, openContent, trainContent } from './models/content.ts'
import { CONTEXT_KNN, openContextKnn, trainContextKnn } from './models/context-knn.ts'
import { EASE, openEase, trainEase } from './models/ease.ts'
import {
  FACTORED_SOFTMAX,
  type FactoredSoftmaxState,
  openFactoredSoftmax,
  SPARSE_FACTORED_SOFTMAX,
  trainFactoredSoftmax,
} from './models/factored-softmax.ts'
import { weighFeatures } from './models/feature-weights.ts'
import { GRAPH_WALK, openGraphWalk, trainGraphWalk } from './models/graph-walk.ts'
import type { Fading } from './models/half-life.ts'
import type { Memory, Model, Properties } from './models/model.ts'
import { DENSE_SIZE_MAX } from './models/most-popular.ts'
import { openPersonalFrequency, PERSONAL_FREQUENCY } from './models/personal-frequency.ts'
import { openPopularity, trainPopularity } from './models/popularity-prior.ts'
import {
  openSkipMarkov,
  SKIP_MARKOV,
  type SkipMarkovSettings,
  type SkipMarkovState,
  SPARSE_SKIP_MARKOV,
  trainSkipMarkov,
} from './models/skip-markov.ts'
import { openSlit, SLIT, trainSlit, WIDE_SLIT } from './models/slit.ts'
import { openTwoStepMarkov, seldomMeet, trainTwoStepMarkov } from './models/two-step-markov.ts'

/** The data that recommendations are learned from. */
export interface PersonalizationData {
  readonly interactions: Interactions
  /** The known properties of each user. */
  readonly users?: readonly Properties[] | undefined
  /** The known features of each item, numbered below `features`. */
  readonly itemFeatures?: ItemFeatures | undefined
  readonly features?: number | undefined
  /** How fast popularity fades; not at all unless given. */
  readonly fading?: Fading | undefined
}

export interface Tuning {
  /** Whether newer events matter more. Without, an event counts the same at any place of the history. */
  readonly recency: boolean
  /** How many steps back a model looks at most; each to its own measure unless given. */
  readonly stepsBack?: number | undefined
  /** The most rows of a matrix that is inverted. */
  readonly denseSizeMax: number
}

/**
 * The part that a model plays in a blend beside its share of the scores. The blend finds it by this, not by its name or
 * place:
 *
 * - `prior`: its counts order the items that no model scores
 * - `cold-items`: it scores items that came after the training, by their features
 * - `cold-users`: it knows something of a user without events
 * - `repeats`: it recommends only the user's own items
 * - `ordered` and `orderless`: where the first is better than the second, the order of events says something
 */
type Role = 'prior' | 'cold-items' | 'cold-users' | 'repeats' | 'ordered' | 'orderless'

/** A model that may become part of a blend. */
interface BlendModel {
  readonly role?: Role
  /** Whether it is worth its cost on data like these; always unless given. */
  readonly suits?: (data: PersonalizationData, tuning: Tuning) => boolean
  /**
   * Whether it takes long and knows order: on wide data it is trained only where the order of events says something.
   */
  readonly needsOrder?: boolean
  /** Settings that questions choose among: of each axis the best one, given those of the axes before. */
  readonly axes?: (data: PersonalizationData, tuning: Tuning) => readonly (readonly Overrides[])[]
  /** A trained model with another `forgetting`, the setting of its axes that training does not read. */
  readonly forget?: (state: State, forgetting: number) => State
  /**
   * @param overrides settings that take the place of the model's own
   * @param before the state of the same model of part of the data, from which a training may go on
   */
  readonly train: (data: PersonalizationData, tuning: Tuning, overrides?: Overrides, before?: State) => State
  readonly open: (state: State) => Model
}

/** Settings of a model by their names. */
export type Overrides = Readonly<Record<string, number>>

function blendModel<S extends State>(
  train: (data: PersonalizationData, tuning: Tuning, overrides?: Overrides, before?: S) => S,
  open: (state: S) => Model,
  more: Pick<BlendModel, 'role' | 'suits' | 'needsOrder' | 'axes' | 'forget'>,
): BlendModel {
  return {
    train: (data, tuning, overrides, before) => train(data, tuning, overrides, before as S | undefined),
    open: state => open(state as S),
    ...more,
  }
}

/** Of fewer events gradient descent learns too little. */
const EVENTS_TO_DESCEND = 20_000

/** Whether there are more items than the time allows two memories for. */
export const isWide = ({ interactions }: PersonalizationData) =>
  interactions.items * SLIT.memories.length > DENSE_SIZE_MAX

/**
 * Whether gradient descent pays. A request reads the vectors of all items: a wide catalogue is worth that where few
 * pairs of items say much.
 */
function descends(data: PersonalizationData, { recency }: Tuning): boolean {
  const { interactions } = data
  return recency && interactions.sequence.length >= EVENTS_TO_DESCEND && (!isWide(data) || seldomMeet(interactions))
}

/** The models that a recommender is blended of. Their settings: docs/measurements/0004-linear-models-blended.md. */
const BLEND_MODELS = {
  popularity: blendModel(({ interactions, fading }) => trainPopularity(interactions, fading), openPopularity, {
    role: 'prior',
  }),
  'skip-markov': blendModel(
    (data, tuning, overrides) => skipMarkov(data, tuning, { ...SKIP_MARKOV, ...overrides }),
    openSkipMarkov,
    { axes: skipMarkovAxes, forget },
  ),
  'skip-markov, sparse': blendModel(
    (data, tuning, overrides) => skipMarkov(data, tuning, { ...SPARSE_SKIP_MARKOV, ...overrides }),
    openSkipMarkov,
    { role: 'ordered', axes: skipMarkovAxes, forget },
  ),
  'two-step markov': blendModel(({ interactions }) => trainTwoStepMarkov(interactions), openTwoStepMarkov, {
    suits: ({ interactions }, { recency, stepsBack }) => recency && stepsBack === undefined && seldomMeet(interactions),
  }),
  'graph walk': blendModel(
    ({ interactions }, { stepsBack = GRAPH_WALK.length }) =>
      trainGraphWalk(interactions, { ...GRAPH_WALK, length: Math.min(GRAPH_WALK.length, stepsBack) }),
    openGraphWalk,
    { role: 'orderless' },
  ),
  'context-knn': blendModel(
    ({ interactions }, tuning) =>
      trainContextKnn(interactions, { ...CONTEXT_KNN, memory: tuned(CONTEXT_KNN.memory, tuning) }),
    openContextKnn,
    // It looks for the same moment: the last items.
    { suits: (_data, { recency }) => recency },
  ),
  'cold user': blendModel(
    ({ interactions, users, fading }, tuning, overrides) => {
      const length = lengthOf(COLD_USER.length, tuning)
      return trainColdUser(interactions, users, { ...COLD_USER, length, ...overrides }, fading)
    },
    openColdUser,
    { role: 'cold-users', axes: coldUserAxes },
  ),
  content: blendModel(
    ({ interactions, itemFeatures, features }, tuning) =>
      trainContent(itemFeatures!, itemCounts(interactions), weighFeatures(itemFeatures!, features!, interactions), {
        ...CONTENT,
        memory: tuned(CONTENT.memory, tuning),
      }),
    openContent,
    { role: 'cold-items', suits: ({ itemFeatures, features }) => itemFeatures !== undefined && (features ?? 0) > 0 },
  ),
  'personal frequency': blendModel(
    (_data, tuning) => ({ memory: tuned(PERSONAL_FREQUENCY, tuning) }),
    openPersonalFrequency,
    { role: 'repeats' },
  ),
  slit: blendModel(slit, openSlit, {
    needsOrder: true,
    axes: slitAxes,
    // Beside a factored softmax of all items it got no weight, or one that brought less than its time.
    suits: (data, tuning) =>
      !descends(data, tuning) || data.interactions.items > softmaxSettings(data, tuning).itemsMax,
  }),
  ease: blendModel(
    ({ interactions }, tuning, { regularization = EASE.regularization } = {}) =>
      trainEase(interactions, {
        ...EASE,
        regularization,
        itemsMax: Math.min(EASE.itemsMax, tuning.denseSizeMax),
        memory: tuned(EASE.memory, tuning),
      }),
    openEase,
    // Of a wide catalogue it costs as much as SLIT, and got a weight of .00 and .02 beside it and the walk.
    { suits: data => !isWide(data) },
  ),
  'factored softmax': blendModel(factoredSoftmax, openFactoredSoftmax, { needsOrder: true, suits: descends }),
} as const satisfies Readonly<Record<string, BlendModel>>

export type BlendModelName = keyof typeof BLEND_MODELS

/** A trained model of a blend. */
export type TrainedModel = {
  readonly name: BlendModelName
  readonly state: State
  /** The settings that questions chose for it, where they had a choice. */
  readonly overrides?: Overrides | undefined
}

/** The names of all models, in the order in which a blend has them. */
export const blendModelNames = Object.keys(BLEND_MODELS) as readonly BlendModelName[]

/** The model of this name. */
export function blendModelOf(name: BlendModelName): BlendModel {
  return BLEND_MODELS[name]
}

/** The place of the model with this role among the parts of a blend; −1 where it is not among them. */
export function placeOf(role: Role, parts: readonly { readonly name: BlendModelName }[]): number {
  return parts.findIndex(({ name }) => blendModelOf(name).role === role)
}

/** Two memories where items meet often, otherwise one, which takes a fraction of the time. */
function slit(data: PersonalizationData, tuning: Tuning, overrides: Overrides = {}) {
  const isSimple = isWide(data) || !tuning.recency || seldomMeet(data.interactions)
  const { memories, ...settings } = isSimple ? WIDE_SLIT : SLIT
  const { decay, length, regularization = settings.regularization } = overrides
  return trainSlit(data.interactions, {
    ...settings,
    regularization,
    memories: memories.map(memory => tuned({ ...memory, ...(decay && length && { decay, length }) }, tuning)),
    sizeMax: Math.min(settings.sizeMax, tuning.denseSizeMax),
    headMax: settings.headMax && Math.min(settings.headMax, Math.floor(tuning.denseSizeMax / 10)),
  })
}

/**
 * λ, less where properties tell tastes apart, so that the few who have one are heard too. That of events is less with
 * it: an event that contradicts a property is believed. Pairs may need more: where one property tells, its pairs with
 * the others are noise.
 */
function coldUserAxes({ users }: PersonalizationData): readonly (readonly Overrides[])[] {
  if (!users) return []
  return [[{}, { shrinkage: 1 / 8 }, { shrinkage: 1 / 8, pairFactor: 16 }, { shrinkage: 1 / 64, pairFactor: 16 }]]
}

/** How fast a history is forgotten, then λ: where items seldom meet, which also makes it cheap. */
function slitAxes({ interactions }: PersonalizationData, { recency }: Tuning): readonly (readonly Overrides[])[] {
  if (!recency || !seldomMeet(interactions) || interactions.sequence.length > TRIED_EVENTS_MAX) return []
  return [
    [{}, { decay: 0.9, length: 50 }],
    [{}, { regularization: 600 }],
  ]
}

/** With more events SLIT takes too long to be trained more than once to choose by. */
const TRIED_EVENTS_MAX = 2e5

/**
 * How far apart items may be, then how strongly frequent items are held back, then how fast a history is forgotten. On
 * dense data other models say more, and a setting takes a second.
 */
function skipMarkovAxes({ interactions }: PersonalizationData, { recency }: Tuning): readonly (readonly Overrides[])[] {
  if (!recency || !seldomMeet(interactions)) return []
  const affordable = ({ lags = SKIP_MARKOV.lags }: Overrides) => interactions.sequence.length * lags <= TRIED_PAIRS_MAX
  const axes: readonly (readonly Overrides[])[] = [
    [{}, { lags: 20, decay: 0.9 }, { lags: 40, decay: 0.95, length: 40 }],
    [
      {},
      { smoothing: 20, originExponent: 0.5, destinationExponent: 0.3 },
      { smoothing: 5, originExponent: 0.2, destinationExponent: 0.2 },
      { smoothing: 5, originExponent: 0.3, destinationExponent: 0.4 },
    ],
    [{}, { forgetting: 0.7 }, { forgetting: 0.9 }],
  ]
  return axes.map(axis => axis.filter(affordable))
}

function forget(state: State, forgetting: number): SkipMarkovState {
  const chain = state as SkipMarkovState
  return { ...chain, memory: { ...chain.memory, decay: forgetting } }
}

/** The most pairs of events that a setting may read to be tried: more would take a second. */
const TRIED_PAIRS_MAX = 2e7

function factoredSoftmax(
  data: PersonalizationData,
  tuning: Tuning,
  _overrides: Overrides | undefined,
  before: FactoredSoftmaxState | undefined,
) {
  const settings = softmaxSettings(data, tuning)
  const memories = settings.memories.map(memory => tuned(memory, tuning))
  const gate = isGated(data.interactions) && settings.gate ? tuned(settings.gate, tuning) : undefined
  return trainFactoredSoftmax(data.interactions, { ...settings, memories, gate }, before)
}

/** Of fewer events of an item, in the mean, a gate is learned by heart. */
const EVENTS_TO_GATE = 100
const isGated = ({ items, sequence }: Interactions) => sequence.length >= EVENTS_TO_GATE * items

function softmaxSettings({ interactions }: PersonalizationData, { denseSizeMax }: Tuning) {
  const settings = seldomMeet(interactions) ? SPARSE_FACTORED_SOFTMAX : FACTORED_SOFTMAX
  const scale = denseSizeMax / DENSE_SIZE_MAX
  const { itemsMax, numbersMax } = settings
  return { ...settings, itemsMax: Math.floor(itemsMax * scale), numbersMax: Math.floor(numbersMax * scale) }
}

/** How many of a user's newest events a model looks at that uses no order among them. */
function lengthOf(length: number, { recency, stepsBack = WHOLE }: Tuning): number {
  return Math.min(recency ? length : WHOLE, stepsBack)
}

/** More than any history is long. */
const WHOLE = 2 ** 30

function tuned({ decay, length }: Memory, { recency, stepsBack = length }: Tuning): Memory {
  return { decay: recency ? decay : 1, length: Math.min(length, stepsBack) }
}

function skipMarkov({ interactions }: PersonalizationData, tuning: Tuning, settings: SkipMarkovSettings) {
  const { decay: forgetting, length } = tuned({ decay: settings.forgetting, length: settings.length }, tuning)
  const lags = Math.min(settings.lags, length)
  const decay = tuning.recency ? settings.decay : 1
  return trainSkipMarkov(interactions, { ...settings, decay, forgetting, length, lags })
}
