import Alert from '@cloudscape-design/components/alert'
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import RadioGroup from '@cloudscape-design/components/radio-group'
import { useState } from 'react'
import { FormModal } from '../../shared/form-modal.tsx'
import { useWrite } from '../../shared/queries.ts'

/** For how long a dataset group keeps its interactions, as `/inspect/retention` shows it. */
export interface GroupRetention {
  readonly datasetGroupArn: string
  readonly name: string
  /** Such as `400d`, or `forever`. */
  readonly keepEvents: string
  readonly setBy: 'dataset-group' | 'server'
}

interface Props {
  readonly group: GroupRetention
  /** For how long groups without a setting of their own keep them. */
  readonly usual: string
  close(): void
}

type Choice = 'server' | 'age' | 'forever'

/** The form that says for how long a dataset group keeps its interactions. */
export function EditRetention({ group, usual, close }: Props) {
  const { datasetGroupArn, name, keepEvents, setBy } = group
  const isForever = keepEvents === 'forever'
  const [choice, setChoice] = useState<Choice>(setBy === 'server' ? 'server' : isForever ? 'forever' : 'age')
  const [age, setAge] = useState(isForever ? '' : keepEvents)
  const [failure, setFailure] = useState<unknown>(null)
  const change = useWrite(
    (api, keeps: string | undefined) =>
      api.inspect<GroupRetention>('retention', {
        ...(keeps === undefined
          ? { method: 'DELETE', query: { datasetGroupArn } }
          : { method: 'PUT', body: { datasetGroupArn, keepEvents: keeps } }),
      }),
    (_keeps, shown) => `${name} keeps interactions ${shown.keepEvents === 'forever' ? '' : 'for '}${shown.keepEvents}`,
  )
  const save = () =>
    change
      .mutateAsync(choice === 'server' ? undefined : choice === 'age' ? age.trim() : 'forever')
      .then(close, setFailure)
  const isKept = choice === 'forever' || (choice === 'server' && usual === 'forever')
  return (
    <FormModal
      title={`How long ${name} keeps interactions`}
      action="Save"
      isBusy={change.isPending}
      isUnready={choice === 'age' && age.trim() === ''}
      error={failure}
      close={close}
      save={save}
    >
      <FormField label="Keep interactions">
        <RadioGroup
          value={choice}
          onChange={({ detail }) => setChoice(detail.value as Choice)}
          items={[
            { value: 'server', label: `As the server says: ${usual}` },
            { value: 'age', label: 'Up to an age' },
            { value: 'forever', label: 'For ever' },
          ]}
        />
      </FormField>
      {choice === 'age' && (
        <FormField label="Age" constraintText="Days or hours, such as 400d or 36h.">
          <Input value={age} onChange={({ detail }) => setAge(detail.value)} />
        </FormField>
      )}
      {!isKept && <Alert type="warning">Older interactions are deleted from now on, and do not come back.</Alert>}
    </FormModal>
  )
}
