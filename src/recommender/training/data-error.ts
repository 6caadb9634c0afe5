/** The data are fewer than a recipe needs, or more than it takes: the failure of a training says so. */
export class TrainingDataError extends Error {
  override readonly name = 'TrainingDataError'
}
