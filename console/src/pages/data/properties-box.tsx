import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { camelCase } from '../../../../src/datasets/names.ts'
import { type Schema, valueFields } from '../../../../src/datasets/schema.ts'
import { CopyAs } from '../../shared/copy-as.tsx'
import { putCall, putRecords, type RecordType } from '../../shared/put-record.ts'
import { useWrite } from '../../shared/queries.ts'
import { RecordFields } from '../../shared/record-fields.tsx'
import { draftOf, propertiesText, readDraft } from '../../shared/record-input.ts'
import { ROWS } from '../../shared/rows.ts'
import type { ShownRecord } from './records.tsx'

interface Props {
  readonly type: RecordType
  readonly datasetArn: string
  readonly id: string
  readonly schema: Schema
  /** Null where nothing is stored under the id. */
  readonly record: ShownRecord | null
}

/** The properties of a record, which can be edited. */
export function PropertiesBox(props: Props) {
  const { type, schema, record } = props
  const [isEditing, setEditing] = useState(false)
  if (isEditing) return <Editor {...props} onDone={() => setEditing(false)} />
  return (
    <Container
      header={
        <Header
          variant="h2"
          description={record ? cameInBy(record) : undefined}
          actions={<Button onClick={() => setEditing(true)}>Edit</Button>}
        >
          Properties
        </Header>
      }
    >
      {record ? (
        <KeyValuePairs
          columns={4}
          minColumnWidth={160}
          items={valueFields(schema).map(({ name }) => ({
            label: name,
            value: String(record.properties[camelCase(name)] ?? '–'),
          }))}
        />
      ) : (
        <Box color="text-body-secondary">There is no record of this {ROWS[type].one}: nobody put or imported one.</Box>
      )}
    </Container>
  )
}

function cameInBy({ ingestion }: ShownRecord): string {
  return ingestion === 'PUT' ? 'It came in by a Put call.' : 'It came in by an import.'
}

function Editor({ type, datasetArn, id, schema, record, onDone }: Props & { onDone(): void }) {
  const fields = valueFields(schema)
  const [draft, setDraft] = useState(() => draftOf(schema, record?.properties ?? {}))
  const { values, faults } = readDraft(fields, draft)
  const put = { id, properties: propertiesText(values) }
  const save = useWrite(
    api => putRecords(api, type, datasetArn, [put]),
    () => `The ${ROWS[type].one} ${id} is stored`,
  )
  const isRight = Object.keys(faults).length === 0
  return (
    <Container
      header={
        <Header
          variant="h2"
          description={`A Put call replaces the ${ROWS[type].one} whole: an empty field has no value afterwards.`}
        >
          Edit
        </Header>
      }
      footer={
        <SpaceBetween size="xs" direction="horizontal">
          <Button
            variant="primary"
            disabled={!isRight}
            loading={save.isPending}
            onClick={() => save.mutate(undefined, { onSuccess: onDone })}
          >
            Save
          </Button>
          <Button onClick={onDone}>Cancel</Button>
        </SpaceBetween>
      }
    >
      <SpaceBetween size="l">
        <RecordFields fields={fields} draft={draft} faults={faults} onChange={setDraft} />
        <CopyAs {...putCall(type, datasetArn, [put])} />
      </SpaceBetween>
    </Container>
  )
}
