import DatePicker from '@cloudscape-design/components/date-picker'
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import { useState } from 'react'
import { FormModal } from '../../shared/form-modal.tsx'
import { useWrite } from '../../shared/queries.ts'
import { FIRST_POLICY, PolicyChoice, policyMembers } from './policy-choice.tsx'
import type { SecretKey } from './secret.tsx'

interface Props {
  close(): void
  made(secret: SecretKey): void
}

/** The form that makes a key. */
export function NewKey({ close, made }: Props) {
  const [name, setName] = useState('')
  const [policy, setPolicy] = useState(FIRST_POLICY)
  const [expires, setExpires] = useState('')
  const [failure, setFailure] = useState<unknown>(null)
  const create = useWrite((api, body: object) => api.inspect<SecretKey>('keys', { method: 'POST', body }))
  const submit = async () => {
    try {
      const body = { name, ...policyMembers(policy), ...(expires && { expiresAt: `${expires}T00:00:00Z` }) }
      made(await create.mutateAsync(body))
      close()
    } catch (error) {
      setFailure(error)
    }
  }
  return (
    <FormModal
      title="Create an access key"
      action="Create"
      isBusy={create.isPending}
      error={failure}
      close={close}
      save={submit}
    >
      <FormField label="Name" description="Who uses it, such as web-page.">
        <Input value={name} onChange={({ detail }) => setName(detail.value)} />
      </FormField>
      <PolicyChoice draft={policy} onChange={setPolicy} />
      <FormField
        label="Expires"
        description="Left out, it does not expire."
        constraintText="At the beginning of that day, UTC."
      >
        <DatePicker value={expires} placeholder="YYYY/MM/DD" onChange={({ detail }) => setExpires(detail.value)} />
      </FormField>
    </FormModal>
  )
}
