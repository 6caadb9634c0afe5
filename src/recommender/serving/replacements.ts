import type { ModelInMemory } from './model-in-memory.ts'

/** Models that are loaded beside those whose place they take. */
interface Replacements {
  /** Those that are being loaded. They follow events as those in memory do. */
  readonly coming: ReadonlySet<ModelInMemory>
  /**
   * Puts models in the place of others, all at one moment, when all are loaded. The old model answers until then, also
   * if the new one cannot be loaded. A model that was forgotten meanwhile stays so.
   * @param atThatMoment is called just before
   */
  replace(models: readonly ModelInMemory[], atThatMoment?: () => void): Promise<void>
}

/** @param inMemory the models that answer, by the number of their owner */
export function openReplacements(inMemory: Map<number, ModelInMemory>): Replacements {
  const coming = new Set<ModelInMemory>()
  return {
    coming,
    async replace(models, atThatMoment = () => {}) {
      for (const model of models) coming.add(model)
      try {
        await Promise.all(models.map(async ({ live }) => (await live).upToDate()))
        atThatMoment()
        for (const model of models) if (inMemory.has(model.owner.id)) inMemory.set(model.owner.id, model)
      } finally {
        for (const model of models) coming.delete(model)
      }
    },
  }
}
