import { type Interactions, itemCounts, type Split } from './interactions.ts'
import { sample } from './math/random.ts'
import { BLEND, type Blend, type BlendSettings, pool, trainBlend } from './models/blend.ts'
import { CONTEXT_KNN, trainContextKnn } from './models/context-knn.ts'
import { EASE, trainEase } from './models/ease.ts'
import { trainGraphWalk } from './models/graph-walk.ts'
import type { Model } from './models/model.ts'
import { DENSE_SIZE_MAX } from './models/most-popular.ts'
import { trainPopularity } from './models/popularity.ts'
import { SPARSE_SKIP_MARKOV, trainSkipMarkov } from './models/skip-markov.ts'
import { SLIT, trainSlit, WIDE_SLIT } from './models/slit.ts'

/** A model that may become part of a blend. */
interface Candidate {
  readonly name: string
  /** Whether it is worth its cost on data like these; always unless given. */
  readonly suits?: (interactions: Interactions) => boolean
  readonly train: (interactions: Interactions) => Model
}

/** Some 50 ms a request. */
const KNN_STEPS_MAX = 2_000_000
/** Beside a wide SLIT, which takes what time there is. */
const WIDE_EASE_ITEMS = 6_000
const isWide = ({ items }: Interactions) => items * SLIT.memories.length > DENSE_SIZE_MAX

/** What a recommender is blended of. Where their settings come from: docs/decisions/0004. */
export const CANDIDATES: readonly Candidate[] = [
  { name: 'popularity', train: trainPopularity },
  { name: 'skip-markov', train: interactions => trainSkipMarkov(interactions) },
  { name: 'skip-markov, sparse', train: interactions => trainSkipMarkov(interactions, SPARSE_SKIP_MARKOV) },
  { name: 'slit', train: interactions => trainSlit(interactions, isWide(interactions) ? WIDE_SLIT : SLIT) },
  {
    name: 'ease',
    train: interactions =>
      trainEase(interactions, isWide(interactions) ? { ...EASE, itemsMax: WIDE_EASE_ITEMS } : EASE),
  },
  { name: 'graph walk', suits: isWide, train: interactions => trainGraphWalk(interactions) },
  {
    name: 'context-knn',
    suits: interactions => knnSteps(interactions) <= KNN_STEPS_MAX,
    train: interactions => trainContextKnn(interactions),
  },
]

export interface TrainSettings extends BlendSettings {
  readonly seed: number
  /** How many questions weights are chosen on, taken at random. */
  readonly questionsMax: number
}

export const TRAIN: TrainSettings = { ...BLEND, seed: 1, questionsMax: 2000 }

export interface Part {
  readonly name: string
  readonly model: Model
  /** Its share of the blend. */
  readonly weight: number
  readonly trainSeconds: number
}

export interface Recommender extends Model {
  readonly parts: readonly Part[]
  /** Of the validation questions, at the k of the settings. */
  readonly ndcg: number
  /** How long it took to choose the weights. */
  readonly blendSeconds: number
  /** The same models with the same weights, trained on more: what was held back to choose the weights included. */
  retrain(interactions: Interactions): Recommender
}

/** Trains every model that suits the data and blends them by how well they answer the validation split's questions. */
export function trainRecommender({ train, questions }: Split, settings: TrainSettings = TRAIN): Recommender {
  const candidates = CANDIDATES.filter(({ suits }) => suits?.(train) ?? true)
  const trained = candidates.map(candidate => timed(candidate, train))
  const started = performance.now()
  const asked = sample(questions.length, settings.questionsMax, settings.seed)
  const models = trained.map(({ model }) => model)
  const blend = trainBlend(
    models,
    train.items,
    Array.from(asked, at => questions[at]!),
    settings,
  )
  return recommenderOf(trained, candidates, blend, (performance.now() - started) / 1000)
}

type Trained = Omit<Part, 'weight'>

function timed({ name, train }: Candidate, interactions: Interactions): Trained {
  const started = performance.now()
  const model = train(interactions)
  return { name, model, trainSeconds: (performance.now() - started) / 1000 }
}

function recommenderOf(
  trained: readonly Trained[],
  candidates: readonly Candidate[],
  blend: Blend,
  blendSeconds: number,
): Recommender {
  return {
    score: blend.score,
    parts: trained.map((part, m) => ({ ...part, weight: blend.weights[m]! })),
    ndcg: blend.ndcg,
    blendSeconds,
    retrain(interactions) {
      // One that has no weight is not trained again.
      const again = trained.map((part, m) => (blend.weights[m] === 0 ? part : timed(candidates[m]!, interactions)))
      const models = again.map(({ model }) => model)
      return recommenderOf(again, candidates, { ...blend, ...pool(models, interactions.items, blend) }, blendSeconds)
    },
  }
}

/** About how many steps a request of context-kNN takes: a frequent item is asked for often, and met often. */
function knnSteps(interactions: Interactions): number {
  const squares = itemCounts(interactions).reduce((sum, count) => sum + count * count, 0)
  return (squares / interactions.sequence.length) * CONTEXT_KNN.length ** 2
}
