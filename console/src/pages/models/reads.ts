import {
  type Campaign,
  DescribeCampaignCommand,
  DescribeEventTrackerCommand,
  DescribeRecommenderCommand,
  DescribeSolutionVersionCommand,
  type EventTracker,
  GetSolutionMetricsCommand,
  paginateListCampaigns,
  paginateListEventTrackers,
  paginateListRecommenders,
  paginateListSolutions,
  paginateListSolutionVersions,
  type Recommender,
  type SolutionSummary,
  type SolutionVersion,
} from '@aws-sdk/client-personalize'
import type { Api } from '../../session/api.ts'
import { useRead } from '../../shared/queries.ts'
import { isUnderWay, type JobProgress, type ShownJob } from '../../shared/server.ts'

/** While something is under way, pages look again so often, in milliseconds. */
const SOON_MS = 2_000
/** Otherwise so often: colleagues and schedules change things too. */
const LATER_MS = 30_000

/** How often to look again, in milliseconds: soon while something of these statuses is under way. */
export function soonWhile(statuses: readonly (string | undefined)[] | undefined): number {
  return statuses?.some(isUnderWay) ? SOON_MS : LATER_MS
}

async function all<Page, One>(pages: AsyncIterable<Page>, of: (page: Page) => readonly One[] | undefined) {
  const found: One[] = []
  for await (const page of pages) found.push(...(of(page) ?? []))
  return found
}

const listSolutions = ({ personalize: client }: Api, datasetGroupArn: string) =>
  all(paginateListSolutions({ client }, { datasetGroupArn }), ({ solutions }) => solutions)

/** Reads the solutions of a dataset group. */
export function useSolutions(datasetGroupArn: string | undefined) {
  return useRead<readonly SolutionSummary[]>(
    ['solutions', datasetGroupArn],
    api => listSolutions(api, datasetGroupArn!),
    { enabled: datasetGroupArn !== undefined, every: LATER_MS },
  )
}

/** Reads the campaigns of a dataset group, those of one solution, or none where the solution is not known yet. */
export function useCampaigns(datasetGroupArn: string | undefined, solutionArn?: string) {
  return useRead<readonly Campaign[]>(
    ['campaigns', datasetGroupArn, solutionArn],
    async api => {
      const solutions = solutionArn ? [{ solutionArn }] : await listSolutions(api, datasetGroupArn!)
      const { personalize: client } = api
      const lists = await Promise.all(
        solutions.map(({ solutionArn }) =>
          all(paginateListCampaigns({ client }, { solutionArn }), one => one.campaigns),
        ),
      )
      const describe = async (campaignArn: string | undefined) =>
        (await client.send(new DescribeCampaignCommand({ campaignArn }))).campaign!
      return Promise.all(lists.flat().map(({ campaignArn }) => describe(campaignArn)))
    },
    {
      enabled: datasetGroupArn !== undefined,
      every: last =>
        soonWhile(last?.flatMap(({ status, latestCampaignUpdate }) => [status, latestCampaignUpdate?.status])),
    },
  )
}

/** Reads the recommenders of a dataset group, with their metrics. */
export function useRecommenders(datasetGroupArn: string | undefined) {
  return useRead<readonly Recommender[]>(
    ['recommenders', datasetGroupArn],
    async ({ personalize: client }) => {
      const summaries = await all(paginateListRecommenders({ client }, { datasetGroupArn }), one => one.recommenders)
      return Promise.all(
        summaries.map(async ({ recommenderArn }) => {
          return (await client.send(new DescribeRecommenderCommand({ recommenderArn }))).recommender!
        }),
      )
    },
    { enabled: datasetGroupArn !== undefined, every: last => soonWhile(last?.map(({ status }) => status)) },
  )
}

/** Reads the event trackers of a dataset group, with their tracking ids. */
export function useEventTrackers(datasetGroupArn: string | undefined) {
  return useRead<readonly EventTracker[]>(
    ['event-trackers', datasetGroupArn],
    async ({ personalize: client }) => {
      const summaries = await all(paginateListEventTrackers({ client }, { datasetGroupArn }), one => one.eventTrackers)
      return Promise.all(
        summaries.map(async ({ eventTrackerArn }) => {
          return (await client.send(new DescribeEventTrackerCommand({ eventTrackerArn }))).eventTracker!
        }),
      )
    },
    { enabled: datasetGroupArn !== undefined },
  )
}

/** A solution version with its metrics, which it has once it is ACTIVE. */
export interface Version extends SolutionVersion {
  readonly metrics: Readonly<Record<string, number>> | undefined
}

/** The most versions of a solution that are shown. */
const VERSIONS_MAX = 25

/** Reads the newest versions of a solution with their metrics, the newest first. */
export function useVersions(solutionArn: string | undefined) {
  return useRead<readonly Version[]>(
    ['versions', solutionArn],
    async ({ personalize: client }) => {
      const listed = await all(
        paginateListSolutionVersions({ client }, { solutionArn }),
        ({ solutionVersions }) => solutionVersions,
      )
      const newest = listed.toSorted((a, b) => +b.creationDateTime! - +a.creationDateTime!).slice(0, VERSIONS_MAX)
      return Promise.all(
        newest.map(async ({ solutionVersionArn, status }) => {
          const [{ solutionVersion }, measured] = await Promise.all([
            client.send(new DescribeSolutionVersionCommand({ solutionVersionArn })),
            status === 'ACTIVE' ? client.send(new GetSolutionMetricsCommand({ solutionVersionArn })) : undefined,
          ])
          return { ...solutionVersion, metrics: measured?.metrics }
        }),
      )
    },
    { enabled: solutionArn !== undefined, every: last => soonWhile(last?.map(({ status }) => status)) },
  )
}

/** Reads how far the trainings of a dataset group are, by the ARN of the version or recommender. @param isAny whether there are any */
export function useTrainings(datasetGroupArn: string | undefined, isAny: boolean) {
  return useRead<ReadonlyMap<string, JobProgress | undefined>>(
    ['trainings', datasetGroupArn],
    async (api, signal) => {
      const query = { datasetGroupArn, limit: 100 }
      const { jobs } = await api.inspect<{ jobs: readonly ShownJob[] }>('jobs', { query, signal })
      return new Map(jobs.filter(({ status }) => isUnderWay(status)).map(({ jobArn, progress }) => [jobArn, progress]))
    },
    { enabled: datasetGroupArn !== undefined && isAny, every: SOON_MS / 2 },
  )
}
