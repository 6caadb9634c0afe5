import Alert from '@cloudscape-design/components/alert'
import Badge from '@cloudscape-design/components/badge'
import Box from '@cloudscape-design/components/box'
import Checkbox from '@cloudscape-design/components/checkbox'
import ExpandableSection from '@cloudscape-design/components/expandable-section'
import Input from '@cloudscape-design/components/input'
import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Table, { type TableProps } from '@cloudscape-design/components/table'
import type { DatasetType } from '../../../../src/datasets/dataset-type.ts'
import { foldName } from '../../../../src/datasets/names.ts'
import { Code } from '../../shared/code.tsx'
import { KINDS, type Kind } from './kinds.ts'
import type { Column } from './propose.ts'

interface Props {
  readonly type: DatasetType
  readonly columns: readonly Column[]
  /** Whether the dataset is there: then its schema stays as it is. */
  readonly isFixed: boolean
  /** Whether a column can have another name than in the file: that of a dropped one is written anew. */
  readonly canRename: boolean
  readonly text: string
  readonly fault: string | undefined
  onChange(columns: readonly Column[]): void
}

type Change = (at: number, change: Partial<Column>) => void

/** The third step: the field that each column becomes. */
export function StepSchema({ type, columns, isFixed, canRename, text, fault, onChange }: Props) {
  const change: Change = (at, changes) =>
    onChange(columns.map(column => (column.at === at ? { ...column, ...changes } : column)))
  return (
    <SpaceBetween size="l">
      {isFixed && (
        <Alert type="info">
          The dataset is there already, with its schema. Each column goes into the field of its name.
        </Alert>
      )}
      {fault !== undefined && (
        <Alert type="error" header="The schema is not right yet">
          {fault}
        </Alert>
      )}
      <Table
        items={columns}
        trackBy={({ at }) => String(at)}
        columnDefinitions={columnsOf(type, isFixed, canRename, change)}
        wrapLines
        empty="The file has no columns."
        ariaLabels={{ tableLabel: 'Columns of the file' }}
      />
      {!isFixed && <Meanings type={type} />}
      <ExpandableSection headerText="The schema as JSON">
        <Code label="Schema">{text}</Code>
      </ExpandableSection>
    </SpaceBetween>
  )
}

function columnsOf(
  type: DatasetType,
  isFixed: boolean,
  canRename: boolean,
  change: Change,
): TableProps.ColumnDefinition<Column>[] {
  return [
    {
      id: 'column',
      header: 'Column of the file',
      isRowHeader: true,
      minWidth: 160,
      cell: ({ at, header, example, isUsed, role, name }) => (
        <Checkbox
          checked={isUsed}
          disabled={role === 'required' || (isFixed && name === '')}
          description={example === '' ? 'empty' : `such as ${short(example)}`}
          onChange={({ detail }) => change(at, { isUsed: detail.checked })}
        >
          {header === '' ? <i>without a name</i> : header}
        </Checkbox>
      ),
    },
    {
      id: 'name',
      header: 'Field',
      minWidth: 165,
      cell: column => <NameCell column={column} canRename={canRename && !isFixed} change={change} />,
    },
    {
      id: 'kind',
      header: 'Type, and why',
      minWidth: 205,
      cell: column => (
        <SpaceBetween size="xxs">
          <KindCell type={type} column={column} isFixed={isFixed} change={change} />
          <Why role={column.role} reason={column.reason} />
        </SpaceBetween>
      ),
    },
    {
      id: 'nullable',
      header: 'May be empty',
      minWidth: 110,
      cell: ({ at, header, isUsed, nullable, role }) => (
        <Checkbox
          checked={nullable}
          disabled={isFixed || !isUsed || role === 'required'}
          ariaLabel={`${header} may be empty`}
          onChange={({ detail }) => change(at, { nullable: detail.checked })}
        />
      ),
    },
  ]
}

const EXAMPLE = 40

function short(example: string): string {
  return example.length > EXAMPLE ? `${example.slice(0, EXAMPLE)}…` : example
}

interface CellProps {
  readonly column: Column
  readonly change: Change
}

function NameCell({ column, canRename, change }: CellProps & { readonly canRename: boolean }) {
  const { at, header, name, isUsed } = column
  if (!isUsed) return <Box color="text-body-secondary">left out</Box>
  if (!canRename) return name
  return (
    <SpaceBetween size="xxxs">
      <Input
        value={name}
        ariaLabel={`Field of the column ${header}`}
        onChange={({ detail }) => change(at, { name: detail.value.trim() })}
      />
      {foldName(name) !== foldName(header) && (
        <Box variant="small" color="text-body-secondary">
          renamed when it is sent
        </Box>
      )}
    </SpaceBetween>
  )
}

function KindCell({
  type,
  column,
  isFixed,
  change,
}: CellProps & { readonly type: DatasetType; readonly isFixed: boolean }) {
  const { at, header, kind, isUsed, role } = column
  if (!isUsed) return '–'
  if (isFixed || role === 'required') return KINDS[kind].label
  return (
    <Select
      ariaLabel={`Type of the column ${header}`}
      selectedOption={{ value: kind, label: KINDS[kind].label }}
      options={kindsFor(type).map(value => ({ value, label: KINDS[value].label, description: KINDS[value].meaning }))}
      expandToViewport
      onChange={({ detail }) => change(at, { kind: detail.selectedOption.value as Kind, reason: 'As you chose' })}
    />
  )
}

function Why({ role, reason }: Pick<Column, 'role' | 'reason'>) {
  return (
    <SpaceBetween size="xxs" direction="horizontal">
      {role !== 'own' && <Badge color={role === 'required' ? 'blue' : 'grey'}>{role}</Badge>}
      <Box variant="small">{reason}</Box>
    </SpaceBetween>
  )
}

/** Only items have text. */
function kindsFor(type: DatasetType): readonly Kind[] {
  return (Object.keys(KINDS) as Kind[]).filter(kind => kind !== 'text' || type === 'ITEMS')
}

function Meanings({ type }: { readonly type: DatasetType }) {
  return (
    <ExpandableSection headerText="What the types mean">
      <dl>
        {kindsFor(type).map(kind => (
          <div key={kind}>
            <dt>
              <b>{KINDS[kind].label}</b>
            </dt>
            <dd>{KINDS[kind].meaning}</dd>
          </div>
        ))}
      </dl>
    </ExpandableSection>
  )
}
