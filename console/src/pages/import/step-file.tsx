import Alert from '@cloudscape-design/components/alert'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import FileUpload from '@cloudscape-design/components/file-upload'
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import RadioGroup from '@cloudscape-design/components/radio-group'
import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { type DatasetType, datasetTypes } from '../../../../src/datasets/dataset-type.ts'
import { useSession } from '../../session/session.ts'
import { Failure } from '../../shared/failure.tsx'
import { ROWS } from '../../shared/rows.ts'
import { type Draft, withSource } from './draft.ts'
import { isForServer, readDropped, readLocation, type Source } from './source.ts'
import { type FilesOfServer, upload } from './upload.ts'

interface Props {
  readonly draft: Draft
  readonly isDomain: boolean
  /** Undefined until the server has said it. */
  readonly files: FilesOfServer | undefined
  readonly fault: string | undefined
  onChange(draft: Draft): void
}

const DESCRIPTIONS: Readonly<Record<DatasetType, string>> = {
  INTERACTIONS: 'Who did what with which item, and when: the rows that matter most',
  USERS: 'Properties of users, such as their age',
  ITEMS: 'Properties of items, such as their category and price',
  ACTIONS: 'Things to suggest to users, such as to join a program',
  ACTION_INTERACTIONS: 'Who took which action, or did not, and when',
}

/** A file that the server is to read is sent before the next step. */
const UPLOAD_MS = 600_000

/** The second step: the file, and the type of its rows. */
export function StepFile({ draft, isDomain, files, fault, onChange }: Props) {
  const { api } = useSession()
  const [from, setFrom] = useState(draft.source?.location === undefined ? 'drop' : 's3')
  const [failure, setFailure] = useState<unknown>()
  const take = async (reading: Promise<Source>) => {
    setFailure(undefined)
    try {
      onChange(withSource(draft, await reading))
    } catch (error) {
      onChange(withSource(draft, undefined))
      setFailure(error)
    }
  }
  const readFile = async (file: File): Promise<Source> => {
    if (!files?.canPut || !(await isForServer(file))) return readDropped(file)
    const location = await upload(api, file, files, { name: file.name, signal: AbortSignal.timeout(UPLOAD_MS) })
    return { ...(await readLocation(api, location)), name: file.name }
  }
  // The guide has actions in custom dataset groups alone.
  const types = datasetTypes.filter(type => !isDomain || !type.startsWith('ACTION'))
  return (
    <Container>
      <SpaceBetween size="l">
        <RadioGroup
          ariaLabel="Where the file is"
          value={from}
          items={[
            { value: 'drop', label: 'On this computer' },
            { value: 's3', label: 'In S3' },
          ]}
          onChange={({ detail }) => {
            setFrom(detail.value)
            onChange(withSource(draft, undefined))
          }}
        />
        {from === 'drop' ? (
          <Drop
            source={draft.source}
            fault={fault}
            onDrop={file => take(readFile(file))}
            onRemove={() => onChange(withSource(draft, undefined))}
          />
        ) : (
          <Location source={draft.source} fault={fault} read={take} />
        )}
        {failure !== undefined && <Failure error={failure} />}
        {draft.source && <Facts source={draft.source} />}
        {draft.source && (
          <FormField label="Type of rows" description="Guessed from the names of the columns.">
            <Select
              selectedOption={{ value: draft.type, label: ROWS[draft.type].many }}
              options={types.map(value => ({ value, label: ROWS[value].many, description: DESCRIPTIONS[value] }))}
              onChange={({ detail }) =>
                onChange({ ...draft, changed: undefined, type: detail.selectedOption.value as DatasetType })
              }
            />
          </FormField>
        )}
      </SpaceBetween>
    </Container>
  )
}

interface DropProps {
  readonly source: Source | undefined
  readonly fault: string | undefined
  onDrop(file: File): void
  onRemove(): void
}

function Drop({ source, fault, onDrop, onRemove }: DropProps) {
  return (
    <FormField
      label="File"
      description="CSV with a header, in UTF-8, perhaps compressed with gzip or zstd; or Parquet."
      errorText={fault}
    >
      <FileUpload
        value={source?.file ? [source.file] : []}
        accept=".csv,.gz,.zst,.parquet,.txt,text/csv"
        showFileSize
        i18nStrings={{
          uploadButtonText: () => 'Choose a file',
          dropzoneText: () => 'Drop the file here',
          removeFileAriaLabel: () => 'Remove the file',
          errorIconAriaLabel: 'Error',
          limitShowFewer: 'Show fewer',
          limitShowMore: 'Show more',
        }}
        onChange={({ detail }) => (detail.value[0] ? onDrop(detail.value[0]) : onRemove())}
      />
    </FormField>
  )
}

interface LocationProps {
  readonly source: Source | undefined
  readonly fault: string | undefined
  read(reading: Promise<Source>): Promise<void>
}

function Location({ source, fault, read }: LocationProps) {
  const { api } = useSession()
  const [location, setLocation] = useState(source?.location ?? '')
  const [isReading, setReading] = useState(false)
  const look = async () => {
    setReading(true)
    await read(readLocation(api, location.trim()))
    setReading(false)
  }
  return (
    <FormField
      label="S3 location"
      description="A file, or a folder of files with the same columns."
      constraintText="s3://BUCKET/FOLDER/FILE.csv"
      errorText={fault}
      secondaryControl={
        <Button loading={isReading} disabled={location.trim() === ''} onClick={look}>
          Look at it
        </Button>
      }
    >
      <Input
        value={location}
        placeholder="s3://my-bucket/users.csv"
        onChange={({ detail }) => setLocation(detail.value)}
      />
    </FormField>
  )
}

function Facts({ source: { name, bytes, files, sample } }: { readonly source: Source }) {
  return (
    <SpaceBetween size="s">
      <KeyValuePairs
        columns={4}
        minColumnWidth={140}
        items={[
          { label: 'File', value: files !== undefined && files > 1 ? `${name} (${files} files)` : name },
          { label: 'Size', value: sizeText(bytes) },
          { label: 'Columns', value: sample.header.length },
          {
            label: 'Rows',
            value: sample.isAll ? sample.rows.length : `more than ${sample.rows.length.toLocaleString('en')}`,
          },
        ]}
      />
      {sample.rows.length === 0 && <Alert type="warning">The file has a header and no rows.</Alert>}
    </SpaceBetween>
  )
}

const UNITS = ['bytes', 'kB', 'MB', 'GB']

function sizeText(bytes: number): string {
  const power = bytes < 1000 ? 0 : Math.min(3, Math.floor(Math.log10(bytes) / 3))
  return `${(bytes / 1000 ** power).toLocaleString('en', { maximumFractionDigits: 1 })} ${UNITS[power]}`
}
