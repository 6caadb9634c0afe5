import type { Catalogues } from './catalogues.ts'
import type { ModelCache } from './model-cache.ts'

/**
 * Catalogues that are read anew after a bulk import or a deletion, with the models on them, and models that follow
 * events which changed so.
 */
interface Renewals {
  /**
   * Begins, after the renewals of the dataset that are under way: these may have passed by the newest rows.
   * @param isUnknown puts may have been missed as well
   */
  renew(dataset: number, isUnknown?: boolean): void
  /** Resolves when those that have begun are done. */
  done(): Promise<void>
}

/** The catalogue and models before answer until the new ones are read; if they cannot be, the next request reads. */
export function openRenewals(catalogues: Catalogues, models: ModelCache): Renewals {
  const underWay = new Map<number, Promise<void>>()
  const renewNow = async (dataset: number, isUnknown: boolean) => {
    const renewal = await catalogues.renew(dataset)
    if (renewal) await models.move(renewal.old, renewal.catalogue, renewal.adopt)
    await models.recount(dataset, isUnknown)
  }
  return {
    renew(dataset, isUnknown = false) {
      const renewal = (underWay.get(dataset) ?? Promise.resolve())
        .then(() => renewNow(dataset, isUnknown))
        .catch(() => {
          catalogues.forget(dataset)
          models.forget(dataset)
        })
        .finally(() => underWay.get(dataset) === renewal && underWay.delete(dataset))
      underWay.set(dataset, renewal)
    },
    async done() {
      await Promise.all(underWay.values())
    },
  }
}
