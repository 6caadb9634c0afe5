import type { Planning } from './change.ts'
import { type Difference, sameArn } from './compare.ts'
import { pendingId } from './pending.ts'
import { resourceTypes } from './types.ts'

/**
 * Returns the dataset group that a resource belongs to, where that is another than the template's: names of solutions,
 * campaigns and filters are taken for all groups. It is not the template's to replace.
 */
export async function foreignOwner(planning: Planning, all: readonly Difference[]): Promise<unknown> {
  const moved = all.find(other => other.path === 'datasetGroupArn' || isOfOtherSolution(planning, other))
  if (!moved) return undefined
  const isCampaign = moved.path === 'solutionVersionArn'
  const solution = isCampaign && (await planning.there.describe(resourceTypes.Solution!, solutionOf(moved.from)))
  const group = solution ? solution.document.datasetGroupArn : moved.from
  return isOfTemplate(planning, group) ? undefined : group
}

/** Whether a campaign is to serve a version of another solution, which its update cannot. */
export function isOfOtherSolution({ changes }: Planning, { path, from, to }: Difference): boolean {
  if (path !== 'solutionVersionArn') return false
  const id = pendingId(to)
  const solutionArn = id === undefined ? solutionOf(to) : changes.get(id)?.input.solutionArn
  return !sameArn(solutionArn, solutionOf(from))
}

/** Returns the ARN of the solution of a version. */
export const solutionOf = (solutionVersionArn: unknown) => String(solutionVersionArn).replace(/\/[^/]*$/, '')

function isOfTemplate({ changes }: Planning, datasetGroupArn: unknown): boolean {
  return [...changes.values()].some(
    ({ type, found, input }) =>
      (type.noun === 'DatasetGroup' && sameArn(found?.arn, datasetGroupArn)) ||
      (type.noun === 'Solution' && sameArn(input.datasetGroupArn, datasetGroupArn)),
  )
}
