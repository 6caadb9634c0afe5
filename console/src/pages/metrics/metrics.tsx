import { type MetricAttributionSummary, paginateListMetricAttributions } from '@aws-sdk/client-personalize'
import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Spinner from '@cloudscape-design/components/spinner'
import type { DatasetGroup } from '../../shared/dataset-groups.ts'
import { Failure } from '../../shared/failure.tsx'
import { GroupPage, usePageGroup } from '../../shared/group-page.tsx'
import { useRead } from '../../shared/queries.ts'
import { useSearchParams } from '../../shared/search-params.ts'
import { Charts } from './charts.tsx'
import { CreateAttribution } from './create.tsx'

/** The effect of recommendations: the metrics of a metric attribution over time, by source. */
export default function Metrics() {
  const group = usePageGroup()
  return (
    <GroupPage
      title="Metrics"
      description="What recommendations bring about: sums over events that name their source, over time."
      base="/metrics"
    >
      {group && <Attributions group={group} />}
    </GroupPage>
  )
}

function Attributions({ group }: { readonly group: DatasetGroup }) {
  const { datasetGroupArn } = group
  const [params, change] = useSearchParams()
  const { data, error, refetch } = useRead<readonly MetricAttributionSummary[]>(
    ['metric-attributions', datasetGroupArn],
    async ({ personalize: client }) => {
      const pages = await Array.fromAsync(paginateListMetricAttributions({ client }, { datasetGroupArn }))
      return pages.flatMap(({ metricAttributions }) => metricAttributions ?? [])
    },
  )
  if (error) return <Failure error={error} retry={refetch} />
  if (!data) return <Spinner size="large" />
  const chosen = data.find(({ name }) => name === params.get('attribution')) ?? data[0]
  if (!chosen) return <CreateAttribution group={group} />
  return (
    <SpaceBetween size="l">
      {data.length > 1 && (
        <Select
          ariaLabel="Metric attribution"
          inlineLabelText="Metric attribution"
          selectedOption={{ value: chosen.name! }}
          options={data.map(({ name }) => ({ value: name! }))}
          onChange={({ detail }) => change({ attribution: detail.selectedOption.value }, { replace: true })}
        />
      )}
      <Charts name={chosen.name!} metricAttributionArn={chosen.metricAttributionArn!} />
    </SpaceBetween>
  )
}
