import Alert from '@cloudscape-design/components/alert'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useSession } from '../../session/session.ts'
import { useRead } from '../../shared/queries.ts'
import { kindForPeople, nameIn, type ShownDataset, type ShownJob } from '../../shared/server.ts'
import { distance } from '../../shared/time.ts'
import { useDatasets, useJobs } from './read.ts'

interface Matter {
  readonly id: string
  readonly type: 'error' | 'warning'
  readonly header: string
  readonly text: string
}

interface ShownKey {
  readonly name: string
  readonly status: string
  readonly expiresAt?: string
}

/** A failure of longer ago is no news. */
const NEWS_MS = 7 * 86_400_000
const EXPIRES_SOON_MS = 14 * 86_400_000
const MOST = 5

/** Names what someone should look at: failed jobs, properties that no schema has, keys that expire. */
export function Attention() {
  const { may } = useSession()
  const { data: jobs } = useJobs()
  const { data: datasets } = useDatasets()
  const { data: keys } = useRead(['keys'], api => api.inspect<{ keys: readonly ShownKey[] }>('keys'), {
    enabled: may('personalite:ManageKeys'),
  })
  const matters = [
    ...failures(jobs?.jobs ?? []),
    ...unknownProperties(datasets?.datasets ?? []),
    ...expiring(keys?.keys ?? []),
  ].slice(0, MOST)
  if (matters.length === 0) return null
  return (
    <SpaceBetween size="xs">
      {matters.map(({ id, type, header, text }) => (
        <Alert key={id} type={type} header={header}>
          {text}
        </Alert>
      ))}
    </SpaceBetween>
  )
}

/** The newest failure of each job that did not succeed since. */
function failures(jobs: readonly ShownJob[]): readonly Matter[] {
  const newest = [...Map.groupBy(jobs, ({ kind, jobName }) => `${kind} ${jobName}`).values()].map(([job]) => job!)
  return newest
    .filter(({ status, updated }) => /FAILED/.test(status) && Date.now() - Date.parse(updated) < NEWS_MS)
    .map(({ jobArn, kind, jobName, updated, failureReason = '' }) => ({
      id: jobArn,
      type: 'error',
      header: `${kindForPeople(kind)} ${jobName} failed ${distance(updated)}`,
      text: failureReason,
    }))
}

function unknownProperties(datasets: readonly ShownDataset[]): readonly Matter[] {
  return datasets
    .filter(({ unknownProperties }) => unknownProperties.length > 0)
    .map(({ datasetArn, datasetGroupArn, datasetType, unknownProperties }) => ({
      id: datasetArn,
      type: 'warning',
      header: `${nameIn(datasetGroupArn)}: properties that the schema of ${datasetType} does not have`,
      text: `${unknownProperties.map(({ name, count }) => `${name} (${count})`).join(', ')}: they are left out.`,
    }))
}

function expiring(keys: readonly ShownKey[]): readonly Matter[] {
  return keys
    .filter(({ status, expiresAt }) => status === 'ACTIVE' && expiresAt && isSoon(expiresAt))
    .map(({ name, expiresAt }) => ({
      id: `key ${name}`,
      type: 'warning',
      header: `The access key ${name} expires ${distance(expiresAt!)}`,
      text: 'Make another one, or give it more time.',
    }))
}

const isSoon = (time: string) => Date.parse(time) - Date.now() < EXPIRES_SOON_MS
