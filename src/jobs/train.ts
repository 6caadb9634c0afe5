import type { ModelFacts } from '../recommender/families/family.ts'
import { openArtifacts, PlaceError } from '../recommender/model-files/artifacts.ts'
import { yieldToRequests } from '../recommender/serving/pools.ts'
import { readOwners } from '../recommender/serving/serving.ts'
import { DamagedSnapshot } from '../recommender/snapshots/snapshot-file.ts'
import { TrainingDataError } from '../recommender/training/data-error.ts'
import { planOf } from '../recommender/training/plan.ts'
import { choiceMetrics } from '../recommender/training/trained-on.ts'
import { trainModel } from '../recommender/training/training.ts'
import type { RunJob } from './context.ts'
import { documentOf } from './documents.ts'
import { JobFailure } from './failure.ts'

/** The same data train the same model. */
const SEED = 1

/**
 * Trains a solution version or a recommender on the data of the store at this moment, and keeps the model. A stop of
 * the server loses an unfinished training: it begins anew, on the data of that time.
 */
export const runTraining: RunJob = async ({ store, job, limits, bounds, snapshotsFrom, dataDir, models, report }) => {
  yieldToRequests('training')
  const started = performance.now()
  const plan = planOf(documentOf(job))
  try {
    const { artifact, metrics, facts, tuned, trainedOn, notes } = await trainModel({
      store,
      plan,
      limits,
      bounds,
      snapshots: snapshotsFrom === Infinity ? undefined : { dataDir, least: snapshotsFrom },
      seed: SEED,
      report: ({ phase, done, total }) => report({ rows: done, phase, rowsTotal: total }),
    })
    const artifacts = openArtifacts({ dataDir, models, identity: store.identity })
    const modelFile = await artifacts.keep(job, artifact, () => readOwners(store))
    const trainingHours = Number(((performance.now() - started) / 3_600_000).toFixed(6))
    const measured = rounded({ ...metrics, ...choiceMetrics(trainedOn) })
    const found =
      job.kind === 'recommender'
        ? { modelMetrics: measured }
        : {
            metrics: measured,
            trainingHours,
            ...(tuned && { tunedHPOParams: { algorithmHyperParameters: tuned } }),
          }
    return {
      ...found,
      modelFacts: factsOf(facts),
      trainedOn,
      notes,
      modelFile,
      modelFileBefore: documentOf(job).modelFile,
      trainedAt: Date.now(),
    }
  } catch (error) {
    if (error instanceof TrainingDataError) throw new JobFailure(error.message)
    if (error instanceof DamagedSnapshot)
      throw new JobFailure(`Create failed. ${error.message}. It is deleted: train again, which makes it anew`)
    if (error instanceof PlaceError) throw new JobFailure(error.message, error.where)
    throw error
  }
}

/** Null of a family that says nothing, so that nothing of the training before stays. */
function factsOf(facts: ModelFacts | undefined): ModelFacts | null {
  if (!facts) return null
  return { ...facts, ...(facts.popularity && { popularity: rounded(facts.popularity) }) }
}

/** To 4 decimals, as the service returns them. */
function rounded(metrics: Readonly<Record<string, number>>) {
  return Object.fromEntries(Object.entries(metrics).map(([name, value]) => [name, Number(value.toFixed(4))]))
}
