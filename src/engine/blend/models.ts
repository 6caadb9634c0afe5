import type { State } from '../artifact.ts'
import { type Interactions, itemCounts } from '../interactions.ts'
import { COLD_USER, openColdUser, trainColdUser } from './models/cold-user.ts'
import { CONTENT, type ItemFeatures, openContent, trainContent } from './models/content.ts'
import { CONTEXT_KNN, openContextKnn, trainContextKnn } from './models/context-knn.ts'
import { EASE, openEase, trainEase } from './models/ease.ts'
import { GRAPH_WALK, openGraphWalk, trainGraphWalk } from './models/graph-walk.ts'
import type { Memory, Model, Properties } from './models/model.ts'
import { DENSE_SIZE_MAX } from './models/most-popular.ts'
import { openPersonalFrequency, PERSONAL_FREQUENCY } from './models/personal-frequency.ts'
import { openPopularity, trainPopularity } from './models/popularity-prior.ts'
import { openSkipMarkov, SKIP_MARKOV, SPARSE_SKIP_MARKOV, trainSkipMarkov } from './models/skip-markov.ts'
import { openSlit, SLIT, trainSlit, WIDE_SLIT } from './models/slit.ts'

/** What recommendations are learned from. */
export interface PersonalizationData {
  readonly interactions: Interactions
  /** What is known of each user. */
  readonly users?: readonly Properties[] | undefined
  /** What is known of each item, in features numbered below `features`. */
  readonly itemFeatures?: ItemFeatures | undefined
  readonly features?: number | undefined
}

export interface Tuning {
  /** Whether newer events matter more. Without, an event counts the same wherever it is in the history. */
  readonly recency: boolean
  /** How many steps back a model looks at most; each to its own measure unless given. */
  readonly stepsBack?: number | undefined
  /** The most rows of a matrix that is inverted. */
  readonly denseSizeMax: number
}

/** A model that may become part of a blend. */
export interface Candidate {
  /** Whether it is worth its cost on data like these; always unless given. */
  readonly suits?: (data: PersonalizationData, tuning: Tuning) => boolean
  /** Whether it takes long and knows order: it is trained only where another model has shown that order says something. */
  readonly ordered?: boolean
  readonly train: (data: PersonalizationData, tuning: Tuning) => State
  readonly open: (state: State) => Model
}

function candidate<S extends State>(
  train: (data: PersonalizationData, tuning: Tuning) => S,
  open: (state: S) => Model,
  more: Pick<Candidate, 'suits' | 'ordered'> = {},
): Candidate {
  return { train, open: state => open(state as S), ...more }
}

/** With so many items one memory is what time allows. */
export const isWide = ({ interactions }: PersonalizationData) =>
  interactions.items * SLIT.memories.length > DENSE_SIZE_MAX

/** What a recommender is blended of. Where their settings come from: docs/decisions/0004. */
export const CANDIDATES = {
  popularity: candidate(({ interactions }) => trainPopularity(interactions), openPopularity),
  'skip-markov': candidate((data, tuning) => skipMarkov(data, tuning, SKIP_MARKOV), openSkipMarkov),
  'skip-markov, sparse': candidate((data, tuning) => skipMarkov(data, tuning, SPARSE_SKIP_MARKOV), openSkipMarkov),
  'graph walk': candidate(
    ({ interactions }, { stepsBack = GRAPH_WALK.length }) =>
      trainGraphWalk(interactions, { ...GRAPH_WALK, length: Math.min(GRAPH_WALK.length, stepsBack) }),
    openGraphWalk,
  ),
  'context-knn': candidate(
    ({ interactions }, tuning) =>
      trainContextKnn(interactions, { ...CONTEXT_KNN, memory: tuned(CONTEXT_KNN.memory, tuning) }),
    openContextKnn,
    // It looks for the same moment: what came last.
    { suits: (_data, { recency }) => recency },
  ),
  'cold user': candidate(({ interactions, users }) => trainColdUser(interactions, users, COLD_USER), openColdUser),
  content: candidate(
    ({ interactions, itemFeatures, features }, tuning) =>
      trainContent(itemFeatures!, features!, itemCounts(interactions), {
        ...CONTENT,
        memory: tuned(CONTENT.memory, tuning),
      }),
    openContent,
    { suits: ({ itemFeatures, features }) => itemFeatures !== undefined && (features ?? 0) > 0 },
  ),
  'personal frequency': candidate(
    (_data, tuning) => ({ memory: tuned(PERSONAL_FREQUENCY, tuning) }),
    openPersonalFrequency,
  ),
  slit: candidate(
    (data, tuning) => {
      const { memories, ...settings } = isWide(data) || !tuning.recency ? WIDE_SLIT : SLIT
      return trainSlit(data.interactions, {
        ...settings,
        memories: memories.map(memory => tuned(memory, tuning)),
        sizeMax: Math.min(settings.sizeMax, tuning.denseSizeMax),
      })
    },
    openSlit,
    { ordered: true },
  ),
  ease: candidate(
    ({ interactions }, tuning) =>
      trainEase(interactions, {
        ...EASE,
        itemsMax: Math.min(EASE.itemsMax, tuning.denseSizeMax),
        memory: tuned(EASE.memory, tuning),
      }),
    openEase,
    // Of a wide catalogue it costs as much as SLIT, and got a weight of .00 and .02 beside it and the walk.
    { suits: data => !isWide(data) },
  ),
} as const satisfies Readonly<Record<string, Candidate>>

export type CandidateName = keyof typeof CANDIDATES

function tuned({ decay, length }: Memory, { recency, stepsBack = length }: Tuning): Memory {
  return { decay: recency ? decay : 1, length: Math.min(length, stepsBack) }
}

function skipMarkov({ interactions }: PersonalizationData, tuning: Tuning, settings: typeof SKIP_MARKOV) {
  const { decay, length } = tuned({ decay: settings.decay, length: settings.length }, tuning)
  return trainSkipMarkov(interactions, { ...settings, decay, length, lags: Math.min(settings.lags, length) })
}
