import type { SolutionConfig, SolutionUpdateSummary, UpdateSolutionRequest } from '../../contract/generated/types.ts'
import { datasetsOf, schemasOf } from '../../datasets/of-group.ts'
import { recipe } from '../../recipes/recipes.ts'
import type { Resource } from '../../store/resource-store.ts'
import { exclusiveOperation } from '../operation.ts'
import { findResource } from '../shared/resources.ts'
import { checkAutoTraining, checkEventsConfig, checkIncrementalUpdate } from './config.ts'

/**
 * Changes the automatic training of a solution and the weights of its events. Members that are left out stay as they
 * are. https://docs.aws.amazon.com/personalize/latest/dg/API_UpdateSolution.html
 */
export const updateSolution = exclusiveOperation('UpdateSolution', async (services, input) => {
  const { store } = services
  const { solutionArn, ...given } = input
  const { performAutoTraining, performIncrementalUpdate, solutionUpdateConfig = {} } = given
  const { parent, document } = await findResource(store, 'solution', solutionArn)
  if (document.recipeArn !== undefined) {
    const trained = recipe(document.recipeArn as string)
    const path = 'solutionUpdateConfig.eventsConfig'
    checkEventsConfig(
      path,
      solutionUpdateConfig.eventsConfig,
      trained,
      schemasOf(await datasetsOf(services.store, parent)),
    )
    checkIncrementalUpdate(performIncrementalUpdate, trained)
  }
  checkAutoTraining('solutionUpdateConfig.autoTrainingConfig', solutionUpdateConfig.autoTrainingConfig)
  const now = store.clock.now() / 1000
  const latestSolutionUpdate: SolutionUpdateSummary = {
    ...given,
    status: 'ACTIVE',
    creationDateTime: now,
    lastUpdatedDateTime: now,
  }
  await store.resources.update(solutionArn, {
    document: {
      latestSolutionUpdate,
      ...(performAutoTraining !== undefined && { performAutoTraining }),
      ...(performIncrementalUpdate !== undefined && { performIncrementalUpdate }),
      ...(beginsAnew(document, input) && { scheduledFrom: store.clock.now() }),
      solutionConfig: { ...(document.solutionConfig as SolutionConfig), ...solutionUpdateConfig },
    },
  })
  return { solutionArn }
})

/**
 * Whether the update turns automatic training on or changes its interval. A training then follows soon, and the
 * schedule counts from there. https://docs.aws.amazon.com/personalize/latest/dg/updating-solution.html
 */
function beginsAnew(
  { performAutoTraining, solutionConfig }: Resource['document'],
  { performAutoTraining: turnedOn, solutionUpdateConfig }: UpdateSolutionRequest,
): boolean {
  const interval = solutionUpdateConfig?.autoTrainingConfig?.schedulingExpression
  const before = (solutionConfig as SolutionConfig | undefined)?.autoTrainingConfig?.schedulingExpression
  return (turnedOn === true && !performAutoTraining) || (interval !== undefined && interval !== before)
}
