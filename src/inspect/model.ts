import { InvalidInputException } from '../contract/errors.ts'
import { documentOf } from '../jobs/documents.ts'
import { nameIn } from '../operations/shared/arns.ts'
import { findResource } from '../operations/shared/resources.ts'
import type { Route } from './route.ts'

/**
 * Shows a trained model: on how many of the events it was trained, its metrics beside those of popularity, and which
 * models of a blend answer which users. The model is of a solution version, or that of a recommender now. Of a recipe
 * without a blend, and of a version that an older server trained, only the metrics are there.
 */
export const model: Route = async ({ store }, parameters) => {
  const [version, recommender] = ['solutionVersionArn', 'recommenderArn'].map(name => parameters.optional(name))
  if ((version === undefined) === (recommender === undefined))
    throw new InvalidInputException('The query must have solutionVersionArn or recommenderArn, one of the two')
  const kind = version === undefined ? 'recommender' : 'solution-version'
  const owner = await findResource(store, kind, (version ?? recommender)!)
  const { metrics, modelMetrics, modelFacts, trainedAt, trainedOn, recipeArn, trainingHours, notes } = documentOf(owner)
  return {
    arn: owner.arn,
    recipe: nameIn(recipeArn!),
    status: owner.status,
    trained: timeOf(trainedAt),
    trainingHours,
    metrics: metrics ?? modelMetrics,
    trainedOn: trainedOn && { ...trainedOn, oldest: timeOf(trainedOn.oldest) },
    notes,
    popularity: modelFacts?.popularity,
    blend: modelFacts?.blend,
  }
}

function timeOf(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : new Date(ms).toISOString()
}
