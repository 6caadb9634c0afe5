import Box from '@cloudscape-design/components/box'
import Header from '@cloudscape-design/components/header'
import Input from '@cloudscape-design/components/input'
import Link from '@cloudscape-design/components/link'
import Table, { type TableProps } from '@cloudscape-design/components/table'
import { useState } from 'react'
import type { DatasetType } from '../../../../src/datasets/dataset-type.ts'
import { Failure } from '../../shared/failure.tsx'
import { useRead } from '../../shared/queries.ts'
import { ROWS } from '../../shared/rows.ts'
import { searchOf, useSearchParams } from '../../shared/search-params.ts'
import { timeText } from '../../shared/time.ts'
import type { ShownInteraction } from './sessions.ts'

interface Props {
  readonly group: string
  readonly type: DatasetType
  readonly datasetArn: string
}

const LIMIT = 100

/** The interactions that were put last, or those of a user or a session. */
export function Interactions({ group, type, datasetArn }: Props) {
  const [params, change] = useSearchParams()
  const userId = params.get('user') ?? undefined
  const [typed, setTyped] = useState(userId ?? '')
  const path = userId === undefined ? 'latest' : 'history'
  const query = { datasetArn, userId, limit: LIMIT }
  const { data, error, isPending, refetch } = useRead([path, query], api =>
    api.inspect<{ readonly interactions: readonly ShownInteraction[] }>(path, { query }),
  )
  if (error) return <Failure error={error} retry={refetch} />
  const description =
    userId === undefined
      ? 'Those that came by Put calls last. Imported ones are found by their user.'
      : 'Of this user or session, the newest first.'
  return (
    <Table
      items={data?.interactions ?? []}
      columnDefinitions={columnsOf(group, type)}
      loading={isPending}
      loadingText="Reading"
      resizableColumns
      header={<Header description={description}>{ROWS[type].many}</Header>}
      filter={
        <form
          onSubmit={event => {
            event.preventDefault()
            change({ user: typed.trim() })
          }}
        >
          <Input
            type="search"
            value={typed}
            ariaLabel="User or session"
            placeholder="The id of a user or a session, then Enter"
            clearAriaLabel="Clear: user or session"
            onChange={({ detail }) => {
              setTyped(detail.value)
              if (detail.value === '') change({ user: undefined })
            }}
          />
        </form>
      }
      empty={
        <Box textAlign="center" color="inherit">
          {userId === undefined ? 'No event was put yet.' : 'Nothing is known of this user or session.'}
        </Box>
      }
    />
  )
}

function columnsOf(group: string, type: DatasetType): TableProps.ColumnDefinition<ShownInteraction>[] {
  const [idName, path] = type === 'INTERACTIONS' ? (['itemId', 'items'] as const) : (['actionId', 'actions'] as const)
  return [
    { id: 'time', header: 'Time', width: 190, cell: ({ timestamp }) => timeText(timestamp) },
    {
      id: 'user',
      header: 'User',
      width: 180,
      cell: ({ userId, anonymous }) =>
        anonymous ? (
          <Box color="text-body-secondary">anonymous</Box>
        ) : (
          <Link href={`#/data/${group}/users/record${searchOf({ id: userId })}`}>{userId}</Link>
        ),
    },
    { id: 'event', header: 'Event', width: 130, cell: ({ eventType }) => eventType ?? '–' },
    {
      id: 'item',
      header: idName,
      width: 180,
      cell: interaction => {
        const id = interaction[idName]
        return id === undefined ? '–' : <Link href={`#/data/${group}/${path}/record${searchOf({ id })}`}>{id}</Link>
      },
    },
    { id: 'session', header: 'Session', width: 180, cell: ({ sessionId }) => sessionId ?? '–' },
    { id: 'value', header: 'Value', width: 100, cell: ({ eventValue }) => eventValue ?? '–' },
    {
      id: 'properties',
      header: 'Properties',
      width: 240,
      cell: ({ properties }) =>
        Object.entries(properties)
          .map(([name, value]) => `${name}: ${String(value)}`)
          .join(', ') || '–',
    },
  ]
}
