import type { FamilyName } from '../../src/recipes/recipe.ts'
import { needOf, type TrainingSize } from '../../src/recommender/training/memory.ts'

/** The bytes that a training of a family takes, beside those of the process before it. */
export function memoryOf(family: FamilyName, { events, users, items }: TrainingSize, contexts = 0): number {
  const { any, event, user, item } = needOf(family, contexts)
  return any + events * event + users * user + items * item
}
