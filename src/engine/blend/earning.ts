import { meanOf, standardError } from '../math/mean.ts'
import type { TeamJob } from '../team/part.ts'
import { runOnAllCores } from '../team/team.ts'
import { shares } from './choose-weights.ts'
import type { Blend } from './models/blend.ts'
import type { Shortlist } from './shortlist.ts'
import { type ChoiceSettings, scoredLists, Trial } from './weight-trial.ts'

/** A blend and the questions that it is asked. */
export interface Asked {
  readonly blend: Blend
  readonly lists: readonly Shortlist[]
}

/** A model that a blend does without. */
export interface Idle {
  /** Its place. */
  readonly model: number
  /** By how much the NDCG of the questions is lower without it, and the standard error of that. */
  readonly loss: number
  readonly error: number
  /** About how many entries it would read for a request. */
  readonly reads: number
}

/** A blend without the models that it does not need, and those. */
export interface EarningBlend extends Blend {
  readonly idle: readonly Idle[]
}

/** A model earns what it costs if a blend without it loses this many standard errors. */
const LEAST = 0.25
/** How often every score is looked at, about. */
const STEPS = 40

/**
 * The blends without the models that do not earn what they cost. Without one of these the NDCG of the questions would
 * be lower by less than a quarter of the standard error of the paired difference. The first that goes is the one that
 * loses least for each entry that it reads. A model that reads nothing, such as popularity, costs nothing and stays.
 */
export function earning(asked: readonly Asked[], settings: ChoiceSettings): EarningBlend[] {
  const operations = asked.reduce((sum, { lists }) => sum + lists.reduce((sum, { size }) => sum + size, 0), 0) * STEPS
  return runOnAllCores(dropping, { asked, settings }, [asked.length], operations)
}

interface Dropping {
  readonly asked: readonly Asked[]
  readonly settings: ChoiceSettings
}

/** A chunk is a blend. */
export const dropping: TeamJob<Dropping, EarningBlend> = {
  module: import.meta.url,
  name: 'dropping',
  begin({ asked, settings }) {
    return (_phase, chunk) => withoutIdle(asked[chunk]!, settings)
  },
}

function withoutIdle({ blend, lists }: Asked, settings: ChoiceSettings): EarningBlend {
  const { floor } = blend
  const trial = new Trial(scoredLists(lists, floor, settings), blend.weights.length, settings.k)
  const gainsOf = (weights: readonly number[]) => {
    trial.take(weights)
    return trial.gains()
  }
  const reads = blend.weights.map((_, m) => meanOf(lists.map(list => list.reads[m]!)))
  const dropped: Idle[] = []
  let [weights, gains] = [blend.weights, gainsOf(blend.weights)]
  let candidates = [...weights.keys()].filter(m => weights[m]! > 0 && reads[m]! > 0)
  for (;;) {
    const others = weights.filter(weight => weight > 0).length - 1
    const idle = (others === 0 ? [] : candidates)
      .map(m => {
        const rest = shares(weights.with(m, 0))
        const without = gainsOf(rest)
        const differences = gains.map((gain, at) => gain - without[at]!)
        return { m, rest, gains: without, loss: meanOf(differences), error: standardError(differences) }
      })
      .filter(({ loss, error }) => !(loss >= LEAST * error && loss > 0))
    if (idle.length === 0) return { floor, weights, idle: dropped }
    const price = (one: (typeof idle)[number]) => Math.max(0, one.loss) / reads[one.m]!
    const first = idle.toSorted((a, b) => price(a) - price(b) || reads[b.m]! - reads[a.m]!)[0]!
    dropped.push({ model: first.m, loss: first.loss, error: first.error || 0, reads: Math.round(reads[first.m]!) })
    ;[weights, gains] = [first.rest, first.gains]
    // A model that was needed beside more is needed beside fewer.
    candidates = idle.flatMap(({ m }) => (m === first.m ? [] : m))
  }
}
