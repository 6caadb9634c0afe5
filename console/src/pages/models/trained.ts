import { useSession } from '../../session/session.ts'
import { useRead } from '../../shared/queries.ts'

/** How much each model of a blend counts for some users. */
export interface BlendOfUsers {
  /** Users with so many events, from the first number to the second; left out, there is no most. */
  readonly eventsFrom: number
  readonly eventsTo?: number
  /** Whether a property of theirs is known; left out where that makes no difference. */
  readonly hasProperties?: boolean
  /** By the name of the model; their sum is 1. */
  readonly weights: Readonly<Record<string, number>>
  /** How much the context of a request counts beside them. */
  readonly contextWeight: number
}

/** A trained model as `/inspect/model` shows it. */
export interface TrainedModel {
  readonly arn: string
  readonly recipe: string
  readonly trained?: string
  readonly metrics?: Readonly<Record<string, number>>
  readonly popularity?: Readonly<Record<string, number>>
  readonly blend?: readonly BlendOfUsers[]
}

/** The parameter that names a model's owner. */
export type Owner = { readonly solutionVersionArn: string } | { readonly recommenderArn: string }

/** Reads what is known of a model beside its metrics; nothing where the key may not. */
export function useTrained(owner: Owner | undefined) {
  const { may } = useSession()
  return useRead<TrainedModel>(
    ['model', owner],
    (api, signal) => api.inspect('model', { query: { ...owner }, signal }),
    { enabled: owner !== undefined && may('personalite:InspectModel') },
  )
}
