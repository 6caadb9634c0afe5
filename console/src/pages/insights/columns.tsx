import Box from '@cloudscape-design/components/box'
import Header from '@cloudscape-design/components/header'
import Table from '@cloudscape-design/components/table'
import type { ColumnReport } from '../../../../src/insights/report.ts'
import { dayText } from '../../shared/time.ts'
import { Histogram, Spark } from './spark.tsx'
import { distinctText, numberText, shareText } from './texts.ts'

interface Props {
  readonly rows: number
  readonly columns: readonly ColumnReport[]
}

/** The columns of a dataset: how complete they are, and what their values are. */
export function Columns({ rows, columns }: Props) {
  return (
    <Table
      items={columns}
      trackBy="name"
      wrapLines
      header={
        <Header variant="h2" counter={`(${columns.length})`}>
          {'Columns'}
        </Header>
      }
      empty="The schema has the id alone."
      columnDefinitions={[
        { id: 'name', header: 'Column', isRowHeader: true, minWidth: 170, cell: ({ name }) => name },
        { id: 'type', header: 'Type', minWidth: 110, cell: ({ type, kind }) => TYPES[kind] ?? type },
        { id: 'missing', header: 'Missing', minWidth: 120, cell: ({ missing }) => shareText(missing, rows) },
        { id: 'different', header: 'Different', minWidth: 110, cell: ({ distinct }) => distinctText(distinct) },
        { id: 'values', header: 'Values', minWidth: 320, cell: column => <Values rows={rows} column={column} /> },
      ]}
    />
  )
}

const TYPES: Readonly<Partial<Record<ColumnReport['kind'], string>>> = {
  categories: 'category',
  text: 'text',
  time: 'time',
}

const SHOWN = 5

function Values({ rows, column }: { readonly rows: number; readonly column: ColumnReport }) {
  const { name, kind, numbers, times, lengths, top, missing } = column
  if (times) return `${dayText(times.first * 1000)} to ${dayText(times.last * 1000)}`
  if (numbers) return <Numbers name={name} numbers={numbers} />
  if (lengths) return <Numbers name={name} numbers={lengths} unit="characters" />
  if (top.length === 0) return <Box color="text-body-secondary">{kind === 'plain' ? 'each of its own' : '–'}</Box>
  return (
    <Spark
      label={`The most frequent values of ${name}`}
      bars={top.slice(0, SHOWN).map(({ value, count }) => ({ label: String(value), count }))}
      of={rows - missing}
    />
  )
}

interface NumbersProps {
  readonly name: string
  readonly numbers: NonNullable<ColumnReport['numbers']>
  readonly unit?: string
}

function Numbers({ name, numbers, unit = '' }: NumbersProps) {
  const { min, p25, median, p75, max, histogram } = numbers
  return (
    <>
      <Histogram label={`How the values of ${name} are distributed`} counts={histogram} />
      <div>{`${numberText(min)} to ${numberText(max)} ${unit}`}</div>
      <Box variant="small" color="text-body-secondary">
        {`median ${numberText(median)}, half of them from ${numberText(p25)} to ${numberText(p75)}`}
      </Box>
    </>
  )
}
