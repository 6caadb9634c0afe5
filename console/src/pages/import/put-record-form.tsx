import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import FormField from '@cloudscape-design/components/form-field'
import Header from '@cloudscape-design/components/header'
import Input from '@cloudscape-design/components/input'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { type Schema, valueFields } from '../../../../src/datasets/schema.ts'
import { Code } from '../../shared/code.tsx'
import { CopyAs } from '../../shared/copy-as.tsx'
import type { DatasetGroup } from '../../shared/dataset-groups.ts'
import { putCall, putRecords, type RecordType } from '../../shared/put-record.ts'
import { useWrite } from '../../shared/queries.ts'
import { RecordFields } from '../../shared/record-fields.tsx'
import { type Draft, propertiesText, readDraft } from '../../shared/record-input.ts'
import { idNameOf, ROWS } from '../../shared/rows.ts'

interface Props {
  readonly group: DatasetGroup
  readonly type: RecordType
  readonly datasetArn: string
  readonly schema: Schema
}

/** The form for one user, item or action. */
export function PutRecordForm({ type, datasetArn, schema }: Props) {
  const [id, setId] = useState('')
  const [draft, setDraft] = useState<Draft>({})
  const [isTold, setTold] = useState(false)
  const fields = valueFields(schema)
  const { values, faults } = readDraft(fields, draft)
  const record = { id: id.trim(), properties: propertiesText(values) }
  const call = putCall(type, datasetArn, [record])
  const one = ROWS[type].one
  const put = useWrite(
    api => putRecords(api, type, datasetArn, [record]),
    () => `The ${one} ${record.id} is stored`,
  )
  const idFault = record.id === '' ? `Give the ${one} an id` : undefined
  const isRight = idFault === undefined && Object.keys(faults).length === 0
  const send = () => {
    setTold(true)
    if (!isRight) return
    put.mutate(undefined, {
      onSuccess() {
        setId('')
        setDraft({})
        setTold(false)
      },
    })
  }
  // An empty field is no fault before the person says that they are done.
  const told = isTold ? faults : Object.fromEntries(Object.entries(faults).filter(([name]) => draft[name]))
  return (
    <Container
      header={
        <Header variant="h2" description={`An earlier ${one} with this id is replaced whole.`}>
          {`Put one ${one}`}
        </Header>
      }
      footer={
        <Button variant="primary" loading={put.isPending} onClick={send}>
          {`Put the ${one}`}
        </Button>
      }
    >
      <SpaceBetween size="l">
        <FormField label={idNameOf(type)} errorText={isTold ? idFault : undefined}>
          <Input value={id} onChange={({ detail }) => setId(detail.value)} />
        </FormField>
        <RecordFields fields={fields} draft={draft} faults={told} onChange={setDraft} />
        <Code label="The call's input as JSON">{JSON.stringify(call.input, null, 2)}</Code>
        <CopyAs {...call} />
      </SpaceBetween>
    </Container>
  )
}
