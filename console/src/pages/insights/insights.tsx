import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import ProgressBar from '@cloudscape-design/components/progress-bar'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Spinner from '@cloudscape-design/components/spinner'
import Tabs from '@cloudscape-design/components/tabs'
import { useState } from 'react'
import type { AnalysisProgress, InsightsReport } from '../../../../src/insights/report.ts'
import { Failure } from '../../shared/failure.tsx'
import { GroupPage, usePageGroup } from '../../shared/group-page.tsx'
import { useRead } from '../../shared/queries.ts'
import { ROWS, typeOfPath } from '../../shared/rows.ts'
import { useSearchParams } from '../../shared/search-params.ts'
import { timeText } from '../../shared/time.ts'
import { analyze } from './analyze.ts'
import { DatasetBox } from './dataset-box.tsx'
import { Findings } from './findings.tsx'

/** The contents of a group's data, their faults and the remedies. */
export default function Insights() {
  const found = usePageGroup()
  const [progress, setProgress] = useState<AnalysisProgress>()
  const { data, error, isFetching, refetch } = useRead(
    ['insights', found?.datasetGroupArn],
    (api, signal) => analyze(api, found!.datasetGroupArn, setProgress, signal),
    { enabled: found !== undefined, isKept: true },
  )
  return (
    <GroupPage
      title="Insights"
      description="What the data hold, what may be wrong with them, and what to do about it."
      base="/insights"
      actions={
        <Button iconName="refresh" loading={isFetching} onClick={() => refetch()}>
          Analyze again
        </Button>
      }
    >
      <SpaceBetween size="l">
        {error && <Failure error={error} retry={refetch} />}
        {found && !data && !error && <Reading progress={progress} />}
        {found && data && <Report group={found.name} report={data} />}
      </SpaceBetween>
    </GroupPage>
  )
}

function Reading({ progress }: { readonly progress: AnalysisProgress | undefined }) {
  if (!progress) return <Spinner size="large" />
  const { rows, rowsTotal } = progress
  return (
    <ProgressBar
      value={rowsTotal === 0 ? 0 : (100 * rows) / rowsTotal}
      label="Reading the data"
      description={`${rows.toLocaleString('en')} of ${rowsTotal.toLocaleString('en')} rows`}
    />
  )
}

interface ReportProps {
  readonly group: string
  readonly report: InsightsReport
}

function Report({ group, report: { insights, datasets, readAt, ms } }: ReportProps) {
  const [params, change] = useSearchParams()
  const type = typeOfPath(params.get('type') ?? undefined)
  const active = datasets.find(({ datasetType }) => datasetType === type) ?? datasets[0]
  return (
    <SpaceBetween size="l">
      <Findings insights={insights} />
      {datasets.length === 0 && (
        <Box textAlign="center" padding="l">
          <SpaceBetween size="s">
            <b>There is nothing to analyze yet</b>
            <Button href={`#/import/${group}`} variant="primary">
              Import
            </Button>
          </SpaceBetween>
        </Box>
      )}
      {active && (
        <Tabs
          ariaLabel="Datasets"
          activeTabId={active.datasetType}
          onChange={({ detail }) => change({ type: ROWS[detail.activeTabId as typeof active.datasetType].path })}
          tabs={datasets.map(dataset => ({
            id: dataset.datasetType,
            label: ROWS[dataset.datasetType].many,
            content: dataset === active && <DatasetBox dataset={dataset} />,
          }))}
        />
      )}
      <Box variant="small" color="text-body-secondary">
        {`Read ${timeText(readAt)}, in ${(ms / 1000).toFixed(1)} seconds.`}
      </Box>
    </SpaceBetween>
  )
}
