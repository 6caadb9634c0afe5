import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Header from '@cloudscape-design/components/header'
import Popover from '@cloudscape-design/components/popover'
import SegmentedControl from '@cloudscape-design/components/segmented-control'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import Table, { type TableProps } from '@cloudscape-design/components/table'
import { useState } from 'react'
import type { Schema } from '../../../../src/datasets/schema.ts'
import { rowsText } from '../../shared/rows.ts'
import type { Checked, CheckedCell, CheckedRow } from './check.ts'

interface Props {
  readonly schema: Schema
  readonly checked: Checked
  /** Whether these are all rows of the file. */
  readonly isAll: boolean
}

const SHOWN = 20

/** The fourth step: the first rows as they will be stored, with the cells that an import refuses or takes as missing. */
export function StepCheck({ schema, checked, isAll }: Props) {
  const [shown, setShown] = useState('first')
  const { fault, rows, refused, missing } = checked
  if (fault !== undefined) {
    return (
      <Alert type="error" header="No row can be imported">
        {fault}
      </Alert>
    )
  }
  const marked = rows.filter(({ problem, cells }) => problem !== undefined || cells.some(({ mark }) => mark))
  return (
    <SpaceBetween size="l">
      <Summary rows={rows.length} refused={refused} missing={missing} isAll={isAll} />
      <Table
        items={(shown === 'first' ? rows : marked).slice(0, SHOWN)}
        columnDefinitions={columnsOf(schema)}
        resizableColumns
        stickyColumns={{ first: 1 }}
        ariaLabels={{ tableLabel: 'Rows as they will be stored' }}
        header={<Header description="As they will be stored, by the server’s own rules.">Rows</Header>}
        filter={
          marked.length > 0 && (
            <SegmentedControl
              label="Rows to show"
              selectedId={shown}
              options={[
                { id: 'first', text: 'The first' },
                { id: 'marked', text: `With a remark (${marked.length})` },
              ]}
              onChange={({ detail }) => setShown(detail.selectedId)}
            />
          )
        }
        empty="The file has no rows."
      />
    </SpaceBetween>
  )
}

interface SummaryProps {
  readonly rows: number
  readonly refused: number
  readonly missing: number
  readonly isAll: boolean
}

function Summary({ rows, refused, missing, isAll }: SummaryProps) {
  const looked = `${isAll ? '' : 'Of the first rows, '}${rowsText(rows)} ${rows === 1 ? 'was' : 'were'} looked at.`
  if (refused > 0) {
    return (
      <Alert type="error" header={`${rowsText(refused)} ${refused === 1 ? 'is' : 'are'} refused`}>
        {`${looked} An import stores all rows or none: mend the marked cells in the file, or choose another type for their columns.`}
      </Alert>
    )
  }
  if (missing > 0) {
    return (
      <Alert type="warning" header={`${rowsText(missing)} ${missing === 1 ? 'has' : 'have'} a cell without a value`}>
        {`${looked} Such a cell is stored as a missing value, and the row is kept.`}
      </Alert>
    )
  }
  return <Alert type="success">{`${looked} Nothing is wrong.`}</Alert>
}

function columnsOf(schema: Schema): TableProps.ColumnDefinition<CheckedRow>[] {
  return [
    {
      id: 'line',
      header: 'Line',
      width: 90,
      isRowHeader: true,
      cell: ({ line, problem }) =>
        problem === undefined ? line : <Marked text={String(line)} mark="refused" problem={`The row ${problem}`} />,
    },
    ...schema.fields.map((field, at) => ({
      id: field.name,
      header: field.name,
      width: field.textual ? 280 : 170,
      cell: ({ cells }: CheckedRow) => <Cell cell={cells[at]!} />,
    })),
  ]
}

function Cell({ cell: { value, mark, problem } }: { readonly cell: CheckedCell }) {
  if (mark) return <Marked text={mark === 'refused' ? 'refused' : 'missing'} mark={mark} problem={problem!} />
  return value === null ? <Box color="text-status-inactive">–</Box> : String(value)
}

interface MarkedProps {
  readonly text: string
  readonly mark: 'refused' | 'missing'
  readonly problem: string
}

function Marked({ text, mark, problem }: MarkedProps) {
  return (
    <Popover triggerType="text" position="top" size="large" dismissButton={false} content={problem} renderWithPortal>
      <StatusIndicator type={mark === 'refused' ? 'error' : 'warning'}>{text}</StatusIndicator>
    </Popover>
  )
}
