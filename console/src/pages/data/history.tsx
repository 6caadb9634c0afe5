import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Spinner from '@cloudscape-design/components/spinner'
import { useState } from 'react'
import type { DatasetGroup } from '../../shared/dataset-groups.ts'
import { Failure } from '../../shared/failure.tsx'
import { useRead } from '../../shared/queries.ts'
import { ROWS } from '../../shared/rows.ts'
import { type ShownInteraction, visitsOf } from './sessions.ts'
import { Visit } from './visit.tsx'

interface Props {
  readonly group: DatasetGroup
  readonly userId: string
}

/** The interactions of a user, the newest first, by visit: a box for each dataset of interactions that the group has. */
export function History({ group, userId }: Props) {
  return group.datasets
    .filter(({ datasetType }) => datasetType.endsWith('INTERACTIONS'))
    .map(({ datasetArn, datasetType }) => (
      <HistoryBox
        key={datasetArn}
        group={group.name}
        title={datasetType === 'INTERACTIONS' ? 'History' : ROWS.ACTION_INTERACTIONS.many}
        datasetArn={datasetArn}
        userId={userId}
      />
    ))
}

interface BoxProps {
  readonly group: string
  readonly title: string
  readonly datasetArn: string
  readonly userId: string
}

const FIRST = 50
const MOST = 1000

function HistoryBox({ group, title, datasetArn, userId }: BoxProps) {
  const [limit, setLimit] = useState(FIRST)
  const { data, error, isFetching, refetch } = useRead(
    ['history', datasetArn, userId, limit],
    api =>
      api.inspect<{ readonly interactions: readonly ShownInteraction[] }>('history', {
        query: { datasetArn, userId, limit },
      }),
    { keepPrevious: true },
  )
  if (error) return <Failure error={error} retry={refetch} />
  const all = data?.interactions ?? []
  const mayHaveMore = all.length === limit && limit < MOST
  return (
    <Container
      header={
        <Header variant="h2" counter={data && `(${all.length}${mayHaveMore ? '+' : ''})`}>
          {title}
        </Header>
      }
    >
      <SpaceBetween size="l">
        {!data && <Spinner />}
        {data && all.length === 0 && <Box color="text-body-secondary">Nothing is known of what this user did.</Box>}
        {visitsOf(all).map(visit => (
          <Visit key={`${visit.end} ${String(visit.interactions[0]!.seq)}`} group={group} visit={visit} />
        ))}
        {mayHaveMore && (
          <Button loading={isFetching} onClick={() => setLimit(Math.min(MOST, limit * 4))}>
            Show earlier ones
          </Button>
        )}
      </SpaceBetween>
    </Container>
  )
}
