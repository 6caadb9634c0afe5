import {
  type CampaignSummary,
  DescribeCampaignCommand,
  DescribeRecommenderCommand,
  DescribeSolutionVersionCommand,
  GetSolutionMetricsCommand,
  ListCampaignsCommand,
  ListRecommendersCommand,
  ListSolutionsCommand,
  type RecommenderSummary,
} from '@aws-sdk/client-personalize'
import Header from '@cloudscape-design/components/header'
import Link from '@cloudscape-design/components/link'
import Table, { type TableProps } from '@cloudscape-design/components/table'
import type { Api } from '../../session/api.ts'
import { Ago } from '../../shared/ago.tsx'
import { groupsIn } from '../../shared/dataset-groups.ts'
import { Failure } from '../../shared/failure.tsx'
import { useRead } from '../../shared/queries.ts'
import { nameIn } from '../../shared/server.ts'
import { Status } from '../../shared/status.tsx'

/** A campaign or a recommender: what answers requests. */
interface Model {
  readonly arn: string
  readonly name: string
  /** The address of its page: of a campaign that of its solution. */
  readonly href: string | undefined
  readonly recipe: string
  readonly status: string | undefined
  readonly trainedAt: Date | undefined
  /** Of offline metrics, normalized discounted cumulative gain at 25. */
  readonly ndcg: number | undefined
}

/** The most of each that are described here. */
const MOST = 20
const CUT = `The first ${MOST} campaigns and the first ${MOST} recommenders. The page Models has those of each dataset group.`
const NDCG = 'normalized_discounted_cumulative_gain_at_25'

const columns: TableProps.ColumnDefinition<Model>[] = [
  {
    id: 'name',
    header: 'Name',
    cell: ({ name, href }) => (href ? <Link href={href}>{name}</Link> : name),
    isRowHeader: true,
  },
  { id: 'recipe', header: 'Recipe', cell: ({ recipe }) => recipe },
  { id: 'status', header: 'Status', cell: ({ status }) => <Status status={status} /> },
  { id: 'trained', header: 'Trained', cell: ({ trainedAt }) => <Ago time={trainedAt} /> },
  { id: 'ndcg', header: 'NDCG at 25', cell: ({ ndcg }) => ndcg?.toFixed(4) ?? '–' },
]

/** The campaigns and recommenders with the age and the quality of their models. */
export function Models() {
  const { data, error, isPending, refetch } = useRead(['models'], readModels, { every: 10_000 })
  if (error) return <Failure error={error} retry={refetch} />
  return (
    <Table
      columnDefinitions={columns}
      items={data?.models ?? []}
      trackBy="arn"
      loading={isPending}
      loadingText="Reading the campaigns and recommenders"
      header={<Header description={data?.isCut && CUT}>Campaigns and recommenders</Header>}
      empty="Nothing answers requests yet: train a model, and create a campaign or a recommender."
    />
  )
}

interface Read {
  readonly models: readonly Model[]
  /** Whether there are more than are shown. */
  readonly isCut: boolean
}

async function readModels(api: Api): Promise<Read> {
  const { personalize } = api
  const { campaigns, recommenders, isCut } = await listed(api)
  const found = await Promise.all([
    ...campaigns.map(({ campaignArn }) => ofCampaign(personalize, campaignArn!)),
    ...recommenders.map(({ recommenderArn }) => ofRecommender(api, recommenderArn!)),
  ])
  return { models: found.sort((a, b) => a.name.localeCompare(b.name)), isCut }
}

interface Listed {
  readonly campaigns: readonly CampaignSummary[]
  readonly recommenders: readonly RecommenderSummary[]
  readonly isCut: boolean
}

/** The first campaigns and recommenders of all groups; for a key of one group, those of this one. */
async function listed(api: Api): Promise<Listed> {
  try {
    return await listedOf(api)
  } catch (error) {
    if ((error as Error).name !== 'AccessDeniedException') throw error
    const [group] = await groupsIn(api)
    if (!group) throw error
    return listedOf(api, group.datasetGroupArn)
  }
}

async function listedOf({ personalize }: Api, datasetGroupArn?: string): Promise<Listed> {
  const solutions = datasetGroupArn
    ? (await personalize.send(new ListSolutionsCommand({ datasetGroupArn, maxResults: 100 }))).solutions!
    : [{ solutionArn: undefined }]
  const [recommenders, ...campaigns] = await Promise.all([
    personalize.send(new ListRecommendersCommand({ datasetGroupArn, maxResults: MOST })),
    ...solutions.map(({ solutionArn }) =>
      personalize.send(new ListCampaignsCommand({ solutionArn, maxResults: MOST })),
    ),
  ])
  const all = campaigns.flatMap(page => page.campaigns ?? [])
  return {
    campaigns: all.slice(0, MOST),
    recommenders: recommenders.recommenders ?? [],
    isCut: all.length > MOST || [recommenders, ...campaigns].some(({ nextToken }) => nextToken !== undefined),
  }
}

async function ofCampaign(personalize: Api['personalize'], campaignArn: string): Promise<Model> {
  const { campaign = {} } = await personalize.send(new DescribeCampaignCommand({ campaignArn }))
  const { solutionVersionArn } = campaign
  const [described, metrics] = await Promise.all([
    personalize.send(new DescribeSolutionVersionCommand({ solutionVersionArn })).catch(() => undefined),
    personalize.send(new GetSolutionMetricsCommand({ solutionVersionArn })).catch(() => undefined),
  ])
  const version = described?.solutionVersion
  return {
    arn: campaignArn,
    name: campaign.name ?? campaignArn,
    href: version && pageOf(version.datasetGroupArn!, 'solutions', version.solutionArn!),
    recipe: nameIn(version?.recipeArn ?? ''),
    status: campaign.status,
    trainedAt: version?.lastUpdatedDateTime,
    ndcg: metrics?.metrics?.[NDCG],
  }
}

/** Its own time of change is no age of its model: a stop and new columns change it, too. */
async function ofRecommender({ personalize, inspect }: Api, recommenderArn: string): Promise<Model> {
  const [{ recommender = {} }, model] = await Promise.all([
    personalize.send(new DescribeRecommenderCommand({ recommenderArn })),
    inspect<{ trained?: string }>('model', { query: { recommenderArn } }).catch(() => undefined),
  ])
  return {
    arn: recommenderArn,
    name: recommender.name ?? recommenderArn,
    href: pageOf(recommender.datasetGroupArn!, 'recommenders', recommenderArn),
    recipe: nameIn(recommender.recipeArn ?? ''),
    status: recommender.status,
    trainedAt: model?.trained === undefined ? undefined : new Date(model.trained),
    ndcg: recommender.modelMetrics?.[NDCG],
  }
}

function pageOf(datasetGroupArn: string, kind: 'solutions' | 'recommenders', arn: string): string {
  return `#/models/${nameIn(datasetGroupArn)}/${kind}/${nameIn(arn)}`
}
