import { useSession } from '../../session/session.ts'
import { useRead } from '../../shared/queries.ts'
import type { BlendOfUsers } from './blend-texts.ts'
import type { TrainedOn } from './trained-on.ts'

/** A trained model as `/inspect/model` shows it. */
interface TrainedModel {
  readonly arn: string
  readonly recipe: string
  readonly trained?: string
  readonly metrics?: Readonly<Record<string, number>>
  /** Versions that an older server trained have none. */
  readonly trainedOn?: TrainedOn
  /** Parts of the training that may not be as they were meant. */
  readonly notes?: readonly string[]
  readonly popularity?: Readonly<Record<string, number>>
  readonly blend?: readonly BlendOfUsers[]
}

/** The parameter that names a model's owner. */
type Owner = { readonly solutionVersionArn: string } | { readonly recommenderArn: string }

/** Reads what is known of a model beside its metrics; nothing where the key may not. */
export function useTrained(owner: Owner | undefined) {
  const { may } = useSession()
  return useRead<TrainedModel>(
    ['model', owner],
    (api, signal) => api.inspect('model', { query: { ...owner }, signal }),
    { enabled: owner !== undefined && may('personalite:InspectModel') },
  )
}
