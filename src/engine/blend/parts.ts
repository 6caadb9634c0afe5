import type { State } from '../state.ts'
import type { Blend } from './blend.ts'
import type { BlendModelName, Overrides } from './models.ts'

/** A trained model of a blend. */
export type Part = {
  readonly name: BlendModelName
  readonly state: State
  /** The settings that questions chose for it, where they had a choice. */
  readonly overrides?: Overrides | undefined
}

/** A blend for users with this many events or more, up to the next one. */
export type BlendFrom = Blend & {
  readonly eventsFrom: number
  /** How much the context of a request counts, beside weights of the sum 1. */
  readonly contextWeight: number
  /** τ: how far apart probabilities are (sharpness.ts); 1 unless given. */
  readonly sharpness?: number
}
