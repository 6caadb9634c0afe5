import { ServiceException } from '../../contract/errors.ts'
import type { SolutionConfig } from '../../contract/generated/types.ts'
import { faultOf } from '../../log.ts'
import { inPages } from '../../store/pages.ts'
import type { Resource } from '../../store/resource-store.ts'
import type { Store } from '../../store/store.ts'
import { syncCampaigns } from '../campaigns/sync.ts'
import type { Services } from '../operation.ts'
import { retrainDueRecommenders } from '../recommenders/retraining.ts'
import { newestVersion } from '../shared/resources.ts'
import { daysOf } from '../solutions/config.ts'
import { hasNewData } from './data-version.ts'
import { createVersion, recipeOf } from './new-version.ts'

/** The default interval between two checks for due trainings. */
const EVERY_MS = 10_000
/** The service begins the first training within an hour. A version that a client creates before takes its place. */
const FIRST_AFTER_MS = 60_000
const DAY_MS = 86_400_000
const EVERY_DAYS = 7

interface Options {
  /** Milliseconds since 1970. */
  readonly now?: () => number
  readonly everyMs?: number
}

/**
 * Starts to train solutions and recommenders when they are due, and to deploy new versions in campaigns that follow
 * them. `stop` resolves when all of this has ended.
 * https://docs.aws.amazon.com/personalize/latest/dg/solution-config-auto-training.html
 */
export function startAutomaticTraining(
  services: Services,
  { now = services.store.clock.now, everyMs = EVERY_MS }: Options = {},
) {
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
    /** Trains at once what is due. */
    look(): Promise<void> {
      turn = turn.then(look)
      return turn
    },
    stop(): Promise<void> {
      clearInterval(timer)
      return turn
    },
  }
}

/** Creates a version of every solution that is due at this time. Returns their ARNs. */
export async function trainDueSolutions(services: Services, now: number): Promise<readonly string[]> {
  const created: string[] = []
  const { store } = services
  for await (const solution of inPages(store.resources, { kind: 'solution' })) {
    if (!(await isDue(store, solution, now))) continue
    const version = await store.exclusively(() => trainIfDue(services, solution.arn, now))
    if (version) created.push(version)
  }
  return created
}

async function trainIfDue(services: Services, solutionArn: string, now: number): Promise<string | undefined> {
  const { store } = services
  const solution = await store.resources.get(solutionArn)
  if (!solution || !(await isDue(store, solution, now))) return
  const latest = await newestVersion(store, solutionArn)
  if (!(await hasNewData(services, recipeOf(solution), solution.parent, latest?.document.dataVersion))) return
  try {
    return await createVersion(services, { solutionArn }, 'AUTOMATIC')
  } catch (error) {
    // Such an error would go to a client: a dataset is missing, or too many versions wait. A later check tries again.
    if (!(error instanceof ServiceException)) throw error
  }
  return
}

/** Whether the solution is due for training at this time, and no version of it is in training. */
async function isDue(store: Store, solution: Resource, now: number): Promise<boolean> {
  if (!solution.document.performAutoTraining) return false
  if (now < dueAt(solution, await newestVersion(store, solution.arn))) return false
  const inTraining = { kind: 'solution-version', parent: solution.arn, unfinished: true } as const
  return (await store.resources.count(inTraining, 1)) === 0
}

/**
 * The interval counts from the newest version, even if it failed: a failed training is not tried again before the next
 * is due. Where automatic training was turned on or its interval changed since, training is due as after
 * CreateSolution.
 */
function dueAt({ createdAt, document }: Resource, latest: Resource | undefined): number {
  const { autoTrainingConfig } = (document.solutionConfig ?? {}) as SolutionConfig
  const { schedulingExpression } = autoTrainingConfig ?? {}
  const days = schedulingExpression === undefined ? EVERY_DAYS : daysOf(schedulingExpression)
  const scheduledFrom = (document.scheduledFrom ?? createdAt) as number
  if (!latest || latest.createdAt < scheduledFrom) return scheduledFrom + FIRST_AFTER_MS
  return latest.createdAt + days * DAY_MS
}
