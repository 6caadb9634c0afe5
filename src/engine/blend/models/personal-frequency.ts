import { forRecent, type Memory, type Model } from './model.ts'

type PersonalFrequencyState = { readonly memory: Memory }

export const PERSONAL_FREQUENCY: Memory = { decay: 0.95, length: 200 }

/**
 * The user's own items, by how often and how recently: the personal item frequency, one event a basket. Hu et al.,
 * "Modeling personalized item frequency information for next-basket recommendation", SIGIR 2020.
 *
 *     score = x_u
 */
export function openPersonalFrequency({ memory }: PersonalFrequencyState): Model {
  return {
    score(query, out) {
      forRecent(query, memory, (item, weight) => out.add(item, weight))
    },
    contributions(query, items, each) {
      forRecent(query, memory, (item, weight, at) => {
        if (items.has(item)) each(item, weight, { kind: 'event', at })
      })
    },
  }
}
