/** How far training is: of the steps of a phase those that are done. The phases come in this order. */
export interface TrainingProgress {
  readonly phase: 'training' | 'choosing' | 'measuring' | 'training on everything'
  readonly done: number
  readonly total: number
}

export type Report = (progress: TrainingProgress) => void
