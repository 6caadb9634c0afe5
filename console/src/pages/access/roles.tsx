import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import FormField from '@cloudscape-design/components/form-field'
import Header from '@cloudscape-design/components/header'
import Input from '@cloudscape-design/components/input'
import Table, { type TableProps } from '@cloudscape-design/components/table'
import { useState } from 'react'
import { Confirm } from '../../shared/confirm.tsx'
import { Failure } from '../../shared/failure.tsx'
import { FormModal } from '../../shared/form-modal.tsx'
import { useRead, useWrite } from '../../shared/queries.ts'
import { FIRST_POLICY, PolicyChoice, policyMembers } from './policy-choice.tsx'

interface ShownRole {
  readonly name: string
  readonly arn: string
  readonly trust: readonly string[]
}

/** The roles of the store: temporary credentials take them on. */
export function Roles() {
  const { data, error, isPending, refetch } = useRead(['roles'], api =>
    api.inspect<{ readonly roles: readonly ShownRole[] }>('roles'),
  )
  const [isMaking, setMaking] = useState(false)
  const [removed, setRemoved] = useState<ShownRole>()
  const remove = useWrite(
    (api, { name }: ShownRole) => api.inspect('roles', { method: 'DELETE', query: { name } }),
    ({ name }) => `${name} is deleted`,
  )
  const columns: TableProps.ColumnDefinition<ShownRole>[] = [
    { id: 'name', header: 'Name', cell: ({ name }) => name, isRowHeader: true },
    { id: 'arn', header: 'ARN', cell: ({ arn }) => <Box variant="code">{arn}</Box> },
    { id: 'trust', header: 'Keys that may take it on', cell: ({ trust }) => trust.join(', ') },
    {
      id: 'actions',
      header: 'Actions',
      cell: role => (
        <Button variant="inline-link" ariaLabel={`Delete ${role.name}`} onClick={() => setRemoved(role)}>
          Delete
        </Button>
      ),
    },
  ]
  if (error) return <Failure error={error} retry={refetch} />
  return (
    <>
      <Table
        columnDefinitions={columns}
        items={data?.roles ?? []}
        trackBy="arn"
        loading={isPending}
        loadingText="Reading the roles"
        header={
          <Header
            counter={data && `(${data.roles.length})`}
            description="AssumeRole of STS, at this server's own address, makes temporary credentials for one."
            actions={<Button onClick={() => setMaking(true)}>Create a role</Button>}
          >
            Roles
          </Header>
        }
        empty="There is no role yet."
      />
      {isMaking && <NewRole close={() => setMaking(false)} />}
      {removed && (
        <Confirm
          title={`Delete ${removed.name}?`}
          action="Delete"
          close={() => setRemoved(undefined)}
          run={() => remove.mutateAsync(removed)}
        >
          Its temporary credentials end at once.
        </Confirm>
      )}
    </>
  )
}

function NewRole({ close }: { close(): void }) {
  const [name, setName] = useState('')
  const [trust, setTrust] = useState('')
  const [policy, setPolicy] = useState(FIRST_POLICY)
  const [failure, setFailure] = useState<unknown>(null)
  const create = useWrite(
    (api, body: object) => api.inspect<ShownRole>('roles', { method: 'POST', body }),
    (_body, role) => `${role.name} is there`,
  )
  const submit = async () => {
    try {
      const keys = trust.split(/[\s,]+/).filter(key => key !== '')
      await create.mutateAsync({ name, trust: keys, ...policyMembers(policy) })
      close()
    } catch (error) {
      setFailure(error)
    }
  }
  return (
    <FormModal
      title="Create a role"
      action="Create"
      isBusy={create.isPending}
      error={failure}
      close={close}
      save={submit}
    >
      <FormField label="Name">
        <Input value={name} onChange={({ detail }) => setName(detail.value)} />
      </FormField>
      <FormField label="Keys that may take it on" description="Names or IDs of keys, with commas.">
        <Input value={trust} onChange={({ detail }) => setTrust(detail.value)} />
      </FormField>
      <PolicyChoice draft={policy} onChange={setPolicy} />
    </FormModal>
  )
}
