import Header from '@cloudscape-design/components/header'
import ProgressBar from '@cloudscape-design/components/progress-bar'
import Table, { type TableProps } from '@cloudscape-design/components/table'
import { Ago } from '../../shared/ago.tsx'
import { Failure } from '../../shared/failure.tsx'
import { isUnderWay, kindForPeople, percentOf, type ShownJob } from '../../shared/server.ts'
import { Status } from '../../shared/status.tsx'
import { useJobs } from './read.ts'

/** Jobs that are over are shown so far back. Those that are not are all shown. */
const OVER_MAX = 6

const columns: TableProps.ColumnDefinition<ShownJob>[] = [
  { id: 'kind', header: 'Job', cell: ({ kind }) => kindForPeople(kind) },
  { id: 'name', header: 'Name', cell: ({ jobName }) => jobName, isRowHeader: true },
  { id: 'status', header: 'Status', cell: ({ status }) => <Status status={status} /> },
  { id: 'progress', header: 'Progress', cell: job => <Progress {...job} /> },
  { id: 'updated', header: 'Last change', cell: ({ updated }) => <Ago time={updated} /> },
]

/** The jobs that are not over, and the newest of those that are. */
export function Jobs() {
  const { data, error, isPending, refetch } = useJobs()
  if (error) return <Failure error={error} retry={refetch} />
  const jobs = data?.jobs ?? []
  const over = jobs.filter(({ status }) => !isUnderWay(status)).slice(0, OVER_MAX)
  return (
    <Table
      columnDefinitions={columns}
      items={[...jobs.filter(({ status }) => isUnderWay(status)), ...over]}
      trackBy="jobArn"
      loading={isPending}
      loadingText="Reading the jobs"
      header={<Header>Jobs</Header>}
      empty="There was no import, training or other job yet."
    />
  )
}

function Progress({ status, progress, jobName }: ShownJob) {
  if (!progress) return '–'
  if (!isUnderWay(status)) return progress.phase ? '–' : `${progress.rows.toLocaleString('en')} rows`
  const doing = progress.phase ?? `${progress.rows.toLocaleString('en')} rows`
  const percent = percentOf(progress)
  if (percent === undefined) return doing
  return (
    <ProgressBar value={percent} additionalInfo={doing} ariaLabel={`Progress of ${jobName}`} variant="standalone" />
  )
}
