import { ServiceException } from '../../contract/errors.ts'
import type { SolutionConfig } from '../../contract/generated/types.ts'
import { faultOf } from '../../log.ts'
import type { Resource } from '../../store/store.ts'
import { syncCampaigns } from '../campaigns/sync.ts'
import type { Services } from '../operation.ts'
import { retrainDueRecommenders } from '../recommenders/retraining.ts'
import { isInProgress } from '../resources.ts'
import { daysOf } from '../solutions/config.ts'
import { createVersion, recipeOf } from './create-version.ts'
import { hasNewData } from './data-version.ts'

/** How often it looks at what is due, unless told otherwise. */
const EVERY_MS = 10_000
/** The service takes up to an hour. A version that a user creates until then takes the place of the first. */
const FIRST_AFTER_MS = 60_000
const DAY_MS = 86_400_000
const EVERY_DAYS = 7

interface Options {
  /** Milliseconds since 1970. */
  readonly now?: () => number
  readonly everyMs?: number
}

/**
 * From now on trains solutions and recommenders when they are due, and deploys new versions in the campaigns that follow
 * them.
 * `stop` resolves when nothing of it is going on any more.
 * https://docs.aws.amazon.com/personalize/latest/dg/solution-config-auto-training.html
 */
export function startAutomaticTraining(services: Services, { now = Date.now, everyMs = EVERY_MS }: Options = {}) {
  let turn = Promise.resolve()
  const look = async () => {
    try {
      await syncCampaigns(services)
      await trainDueSolutions(services, now())
      await retrainDueRecommenders(services, now())
    } catch (error) {
      services.log.error(faultOf(error), 'automatic training failed')
    }
  }
  const timer = setInterval(() => {
    turn = turn.then(look)
  }, everyMs).unref()
  return {
    stop(): Promise<void> {
      clearInterval(timer)
      return turn
    },
  }
}

/** Creates a version of every solution that is due at this time. Gives their ARNs. */
export async function trainDueSolutions(services: Services, now: number): Promise<readonly string[]> {
  const created: string[] = []
  for (const { arn } of await services.store.resources.list({ kind: 'solution' })) {
    const version = await services.store.exclusively(() => trainIfDue(services, arn, now))
    if (version) created.push(version)
  }
  return created
}

async function trainIfDue(services: Services, solutionArn: string, now: number): Promise<string | undefined> {
  const solution = await services.store.resources.get(solutionArn)
  const versions = await services.store.resources.list({ kind: 'solution-version', parent: solutionArn })
  if (!solution?.document.performAutoTraining || versions.some(isInProgress)) return
  const latest = versions.at(-1)
  if (now < dueAt(solution, latest)) return
  if (!(await hasNewData(services, recipeOf(solution), solution.parent, latest?.document.dataVersion))) return
  try {
    return await createVersion(services, { solutionArn }, 'AUTOMATIC')
  } catch (error) {
    // What a user would have been told: a dataset is yet to be created, or too many versions wait. Later, then.
    if (!(error instanceof ServiceException)) throw error
  }
  return
}

/**
 * Counted from the newest version, whatever became of it: a training that failed is not tried again before the next is
 * due. Where automatic training was turned on or its interval changed since, it is due as after CreateSolution.
 */
function dueAt({ createdAt, document }: Resource, latest: Resource | undefined): number {
  const { autoTrainingConfig } = (document.solutionConfig ?? {}) as SolutionConfig
  const { schedulingExpression } = autoTrainingConfig ?? {}
  const days = schedulingExpression === undefined ? EVERY_DAYS : daysOf(schedulingExpression)
  const scheduledFrom = (document.scheduledFrom ?? createdAt) as number
  if (!latest || latest.createdAt < scheduledFrom) return scheduledFrom + FIRST_AFTER_MS
  return latest.createdAt + days * DAY_MS
}
