import { DescribeDatasetImportJobCommand } from '@aws-sdk/client-personalize'
import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import ContentLayout from '@cloudscape-design/components/content-layout'
import Header from '@cloudscape-design/components/header'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import ProgressBar from '@cloudscape-design/components/progress-bar'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Spinner from '@cloudscape-design/components/spinner'
import { useEffect } from 'react'
import { useSession } from '../../session/session.ts'
import { useDatasetGroup } from '../../shared/dataset-groups.ts'
import { Failure } from '../../shared/failure.tsx'
import { useRead } from '../../shared/queries.ts'
import { percentOf } from '../../shared/server.ts'
import { Status } from '../../shared/status.tsx'
import { timeText } from '../../shared/time.ts'
import { CameIn } from './came-in.tsx'
import { isRunning, type Job, readJob } from './jobs.ts'
import { isUpload } from './upload.ts'

interface Props {
  readonly group: string
  readonly jobName: string
}

const EVERY_MS = 500

/** An import that runs or is over: its progress, and what came in. */
export function ImportJob({ group, jobName }: Props) {
  const found = useDatasetGroup(group)
  const { data, error, refetch } = useRead(
    ['import-job', found?.datasetGroupArn, jobName],
    api => readJob(api, found!.datasetGroupArn, jobName),
    { enabled: found !== undefined, every: job => (job && isRunning(job) ? EVERY_MS : false) },
  )
  useForgetUpload(data ?? undefined)
  return (
    <ContentLayout header={<Header variant="h1">{jobName}</Header>}>
      {error && <Failure error={error} retry={refetch} />}
      {data === undefined && !error && <Spinner size="large" />}
      {data === null && <Alert type="warning">There is no such import in {group}.</Alert>}
      {data && (
        <SpaceBetween size="l">
          <Summary job={data} />
          {data.failureReason !== undefined && (
            <Alert
              type="error"
              header="The import failed, and nothing of it came in"
              action={<Button href={`#/import/${group}`}>Try again</Button>}
            >
              {data.failureReason}
            </Alert>
          )}
          {!isRunning(data) && data.failureReason === undefined && <CameIn group={group} job={data} />}
        </SpaceBetween>
      )}
    </ContentLayout>
  )
}

/** Deletes the file that the console put for an import, once that is over: it may be about people. */
function useForgetUpload(job: Job | undefined): void {
  const { api } = useSession()
  const datasetImportJobArn = job && !isRunning(job) ? job.jobArn : undefined
  useEffect(() => {
    if (datasetImportJobArn === undefined) return
    const forget = async () => {
      const described = await api.personalize.send(new DescribeDatasetImportJobCommand({ datasetImportJobArn }))
      const location = described.datasetImportJob?.dataSource?.dataLocation
      if (location && isUpload(location)) await api.inspect('files', { method: 'DELETE', query: { location } })
    }
    // A key may not be allowed to: then the server deletes it after some days.
    forget().catch(() => {})
  }, [api, datasetImportJobArn])
}

function Summary({ job }: { readonly job: Job }) {
  const { status, progress, created, updated } = job
  const rows = progress?.rows ?? 0
  return (
    <Container>
      <SpaceBetween size="m">
        <KeyValuePairs
          columns={4}
          minColumnWidth={140}
          items={[
            { label: 'Status', value: <Status status={status} /> },
            { label: 'Rows', value: rows.toLocaleString('en') },
            { label: 'Began', value: timeText(created) },
            { label: isRunning(job) ? 'Last heard of' : 'Ended', value: timeText(updated) },
          ]}
        />
        {isRunning(job) && (
          <ProgressBar
            value={percentOf(job.progress) ?? 0}
            label="Rows are read and checked"
            additionalInfo="It goes on at the server when you leave this page."
          />
        )}
        {isRunning(job) && status.endsWith('PENDING') && <Box>It waits for other imports into this dataset.</Box>}
      </SpaceBetween>
    </Container>
  )
}
