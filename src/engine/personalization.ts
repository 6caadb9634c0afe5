import { CANDIDATES, type Candidate, type CandidateName } from './candidates.ts'
import type { BlendFrom, Part } from './choose.ts'
import { Scores } from './math/scores.ts'
import type { ServiceMetrics } from './metrics/service.ts'
import { openBlend } from './models/blend.ts'
import { type ContentState, openContent } from './models/content.ts'
import { type ContextLiftState, openContextLift } from './models/context-lift.ts'
import type { Asked, Model } from './models/model.ts'
import type { PopularityState } from './models/popularity.ts'
import { createRanker, orderBy, type Ranker } from './rank.ts'

/** A trained recommender, as saveArtifact keeps it. */
export type PersonalizationState = {
  readonly items: number
  /** Popularity first. */
  readonly parts: readonly Part[]
  /** In rising order of events. */
  readonly blends: readonly BlendFrom[]
  /** Whether items of the history are recommended again; otherwise they come last. */
  readonly repeats: boolean
  readonly contextWeight: number
  readonly context?: ContextLiftState | undefined
  readonly metrics: ServiceMetrics
}

/** Recommends to any user. Questions are values: one that is asked again, the same object, is not answered anew. */
export interface Personalization extends Ranker {
  readonly metrics: ServiceMetrics
  /**
   * Gives what scores items that were not there at training, by their features; comparable with what `rank` gives. It
   * is the blend's formula with content's share alone: 0 for what the other models say. Undefined where the training
   * had no features.
   */
  readonly newcomers?: (asked: Asked) => (features: Int32Array) => number
}

/** What an item of the history has added to its score where it is not to be recommended again: it comes last. */
const SEEN = -1000
/** Content has so much to say of an item that nothing else is known of, though it have no weight among the others. */
const NEWCOMER_WEIGHT_MIN = 0.05

export function openPersonalization(state: PersonalizationState): Personalization {
  const { items, parts, blends } = state
  const models = parts.map(({ name, state }) => (CANDIDATES[name] as Candidate).open(state))
  const order = orderBy((parts[0]!.state as PopularityState).counts)
  const [scratch, scores] = [new Scores(items), new Scores(items)]
  const context = state.context && openContextLift(state.context)
  const rankers = blends.map(blend =>
    createRanker(served(openBlend(models, blend, items, scratch), state, context, scratch), order, scores),
  )
  const at = ({ history }: Asked) =>
    Math.max(
      0,
      blends.findLastIndex(({ eventsFrom }) => eventsFrom <= history.length),
    )
  const content = parts.findIndex(({ name }) => name === ('content' satisfies CandidateName))
  return {
    metrics: state.metrics,
    rank: asked => rankers[at(asked)]!.rank(asked),
    scoresOf: (asked, list) => rankers[at(asked)]!.scoresOf(asked, list),
    logTotal: asked => rankers[at(asked)]!.logTotal(asked),
    ...(content < 0
      ? {}
      : {
          newcomers: newcomersOf(parts[content]!.state as ContentState, scratch, asked => {
            const { weights, floor } = blends[at(asked)]!
            return { weight: weights[content]!, floor }
          }),
        }),
  }
}

/** The blend with what the context says, and with the history last where nobody wants it again. */
function served(
  blend: Model,
  { repeats, contextWeight }: PersonalizationState,
  context: Model | undefined,
  scratch: Scores,
): Model {
  return {
    ...blend,
    score(asked, out) {
      blend.score(asked, out)
      if (context && asked.context) {
        scratch.clear()
        context.score(asked, scratch)
        for (const item of scratch.items) out.add(item, contextWeight * scratch.values[item]!)
      }
      if (!repeats) for (const item of new Set(asked.history)) out.add(item, SEEN)
    },
  }
}

function newcomersOf(
  state: ContentState,
  scratch: Scores,
  blendOf: (asked: Asked) => { weight: number; floor: number },
) {
  const content = openContent(state)
  return (asked: Asked) => {
    const { weight, floor } = blendOf(asked)
    scratch.clear()
    content.score(asked, scratch)
    const most = scratch.greatest() || 1
    const score = content.newcomers(asked)
    return (features: Int32Array) =>
      // The weights sum up to 1, so silence on all sides is log ε.
      Math.log(floor) + Math.max(weight, NEWCOMER_WEIGHT_MIN) * Math.log1p(Math.min(1, score(features) / most) / floor)
  }
}
