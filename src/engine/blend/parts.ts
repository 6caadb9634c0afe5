import type { State } from '../state.ts'
import type { Blend } from './models/blend.ts'
import type { BlendModelName } from './models.ts'

/** A trained model of a blend. */
export type Part = { readonly name: BlendModelName; readonly state: State }

/** A blend for users with this many events or more, up to the next one. */
export type BlendFrom = Blend & { readonly eventsFrom: number }
