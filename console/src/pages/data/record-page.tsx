import Button from '@cloudscape-design/components/button'
import ContentLayout from '@cloudscape-design/components/content-layout'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import type { DatasetGroup } from '../../shared/dataset-groups.ts'
import { Failure } from '../../shared/failure.tsx'
import type { RecordType } from '../../shared/put-record.ts'
import { useRead } from '../../shared/queries.ts'
import { useSchemas } from '../../shared/schemas.ts'
import { useSearchParams } from '../../shared/search-params.ts'
import { DeleteUser } from './delete-user.tsx'
import { History } from './history.tsx'
import { PropertiesBox } from './properties-box.tsx'
import { Recommended } from './recommended.tsx'
import type { ShownRecord } from './records.tsx'

interface Props {
  readonly group: DatasetGroup
  readonly type: RecordType
  readonly datasetArn: string | undefined
}

/** A user, an item or an action: its properties; of a user also the history and what is recommended now. */
export function RecordPage({ group, type, datasetArn }: Props) {
  const [params] = useSearchParams()
  const id = params.get('id') ?? ''
  const [isDeleting, setDeleting] = useState(false)
  return (
    <ContentLayout
      header={
        <Header
          variant="h1"
          actions={
            type === 'USERS' && (
              <SpaceBetween size="xs" direction="horizontal">
                <Button href={`#/try/${group.name}?user=${encodeURIComponent(id)}`}>Try it</Button>
                <Button onClick={() => setDeleting(true)}>Delete</Button>
              </SpaceBetween>
            )
          }
        >
          {id}
        </Header>
      }
    >
      <SpaceBetween size="l">
        {datasetArn && <Stored group={group} type={type} datasetArn={datasetArn} id={id} />}
        {type === 'USERS' && <Recommended group={group} userId={id} />}
        {type === 'USERS' && <History group={group} userId={id} />}
      </SpaceBetween>
      {isDeleting && <DeleteUser group={group} userId={id} onDismiss={() => setDeleting(false)} />}
    </ContentLayout>
  )
}

interface StoredProps {
  readonly group: DatasetGroup
  readonly type: RecordType
  readonly datasetArn: string
  readonly id: string
}

function Stored({ group, type, datasetArn, id }: StoredProps) {
  const known = useSchemas(group)
  const found = useRead(['stored', datasetArn, id], async api => {
    try {
      return await api.inspect<ShownRecord>('records', { query: { datasetArn, id } })
    } catch (error) {
      // A user may have a history and no record.
      if ((error as Error).name === 'ResourceNotFoundException') return null
      throw error
    }
  })
  const error = known.error ?? found.error
  if (error) return <Failure error={error} retry={() => Promise.all([known.refetch(), found.refetch()])} />
  const schema = known.data?.[type]
  if (!schema || found.data === undefined) return null
  return <PropertiesBox type={type} datasetArn={datasetArn} id={id} schema={schema} record={found.data} />
}
