import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import ButtonDropdown from '@cloudscape-design/components/button-dropdown'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Table, { type TableProps } from '@cloudscape-design/components/table'
import { useState } from 'react'
import { Ago } from '../../shared/ago.tsx'
import { Confirm } from '../../shared/confirm.tsx'
import { Failure } from '../../shared/failure.tsx'
import { useRead, useWrite } from '../../shared/queries.ts'
import { Status } from '../../shared/status.tsx'
import { NewKey } from './new-key.tsx'
import { PolicyDetails } from './policy-details.tsx'
import { Secret, type SecretKey } from './secret.tsx'

/** A key as `/inspect/keys` shows it. */
interface ShownKey {
  readonly accessKeyId: string
  readonly name: string
  readonly status: string
  readonly policy: object
  readonly createdAt: string
  readonly expiresAt?: string
  readonly lastUsedAt?: string
}

type Act = 'policy' | 'rotate' | 'delete'
interface Asked {
  readonly act: Act
  readonly key: ShownKey
}

/** The keys of the store: made, changed and deleted while the server runs. */
export function Keys() {
  const { data, error, isPending, refetch } = useRead(['keys'], api =>
    api.inspect<{ readonly keys: readonly ShownKey[] }>('keys'),
  )
  const [isMaking, setMaking] = useState(false)
  const [asked, setAsked] = useState<Asked>()
  const [made, setMade] = useState<SecretKey>()
  const enable = useWrite(
    (api, { accessKeyId, status }: ShownKey) =>
      api.inspect('keys', {
        method: 'PUT',
        body: { accessKeyId, status: status === 'ACTIVE' ? 'DISABLED' : 'ACTIVE' },
      }),
    ({ name, status }) => `${name} is ${status === 'ACTIVE' ? 'disabled' : 'enabled'}`,
  )
  const columns: TableProps.ColumnDefinition<ShownKey>[] = [
    { id: 'name', header: 'Name', cell: ({ name }) => name, isRowHeader: true },
    { id: 'id', header: 'Access key ID', cell: ({ accessKeyId }) => <Box variant="code">{accessKeyId}</Box> },
    { id: 'status', header: 'Status', cell: ({ status }) => <Status status={status} /> },
    { id: 'created', header: 'Created', cell: ({ createdAt }) => <Ago time={createdAt} /> },
    { id: 'used', header: 'Last used', cell: ({ lastUsedAt }) => <Ago time={lastUsedAt} /> },
    { id: 'expires', header: 'Expires', cell: ({ expiresAt }) => <Ago time={expiresAt} /> },
    {
      id: 'actions',
      header: 'Actions',
      cell: key => (
        <ButtonDropdown
          variant="inline-icon"
          ariaLabel={`Actions of ${key.name}`}
          items={[
            { id: 'policy', text: 'Show the policy' },
            { id: 'enable', text: key.status === 'ACTIVE' ? 'Disable' : 'Enable' },
            { id: 'rotate', text: 'Rotate the secret' },
            { id: 'delete', text: 'Delete' },
          ]}
          onItemClick={({ detail }) =>
            detail.id === 'enable' ? enable.mutate(key) : setAsked({ act: detail.id as Act, key })
          }
        />
      ),
    },
  ]
  if (error) return <Failure error={error} retry={refetch} />
  return (
    <SpaceBetween size="m">
      <Table
        columnDefinitions={columns}
        items={data?.keys ?? []}
        trackBy="accessKeyId"
        loading={isPending}
        loadingText="Reading the keys"
        header={
          <Header
            counter={data && `(${data.keys.length})`}
            description="Keys of the server's configuration are the root, and are not among these."
            actions={<Button onClick={() => setMaking(true)}>Create a key</Button>}
          >
            Access keys
          </Header>
        }
        empty="There is no key yet. Each client should have one of its own."
      />
      {isMaking && <NewKey close={() => setMaking(false)} made={setMade} />}
      {made && <Secret secret={made} close={() => setMade(undefined)} />}
      {asked?.act === 'policy' && (
        <PolicyDetails title={asked.key.name} policy={asked.key.policy} close={() => setAsked(undefined)} />
      )}
      {asked?.act === 'rotate' && <Rotate asked={asked} close={() => setAsked(undefined)} made={setMade} />}
      {asked?.act === 'delete' && <Delete asked={asked} close={() => setAsked(undefined)} />}
    </SpaceBetween>
  )
}

interface AskProps {
  readonly asked: Asked
  close(): void
}

function Rotate({ asked: { key }, close, made }: AskProps & { made(secret: SecretKey): void }) {
  const rotate = useWrite((api, accessKeyId: string) =>
    api.inspect<SecretKey>('keys', { method: 'PUT', body: { accessKeyId, rotate: true } }),
  )
  return (
    <Confirm
      title={`Give ${key.name} another secret?`}
      action="Rotate"
      close={close}
      run={async () => made(await rotate.mutateAsync(key.accessKeyId))}
    >
      Clients that use the present one are refused from then on.
    </Confirm>
  )
}

function Delete({ asked: { key }, close }: AskProps) {
  const remove = useWrite(
    (api, { accessKeyId }: ShownKey) => api.inspect('keys', { method: 'DELETE', query: { accessKeyId } }),
    ({ name }) => `${name} is deleted`,
  )
  return (
    <Confirm title={`Delete ${key.name}?`} action="Delete" close={close} run={() => remove.mutateAsync(key)}>
      Clients that use it are refused from then on. This cannot be undone.
    </Confirm>
  )
}
