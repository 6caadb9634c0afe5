import { forRecent, type Memory, type Model } from './model.ts'

export type PersonalFrequencyState = { readonly memory: Memory }

export const PERSONAL_FREQUENCY: Memory = { decay: 0.95, length: 200 }

/**
 * What a user had before, the more often and the more recently the more: the personal item frequency of Hu et al.,
 * "Modeling personalized item frequency information for next-basket recommendation" (SIGIR 2020), one event a basket.
 *
 *     score = x_u
 */
export function openPersonalFrequency({ memory }: PersonalFrequencyState): Model {
  return {
    score(asked, out) {
      forRecent(asked, memory, (item, weight) => out.add(item, weight))
    },
  }
}
