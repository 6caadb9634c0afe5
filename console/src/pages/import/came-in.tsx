import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Table from '@cloudscape-design/components/table'
import type { MissingValues } from '../../../../src/datasets/missing-values.ts'
import { rowsText } from '../../shared/rows.ts'
import type { Job } from './jobs.ts'

interface Props {
  readonly group: string
  readonly job: Job
}

/** The result of an import: the rows, the cells that it took as missing values, and notes. */
export function CameIn({ group, job: { progress, missingValues = [], notes = [] } }: Props) {
  return (
    <SpaceBetween size="l">
      <Alert
        type="success"
        header={`${rowsText(progress?.rows ?? 0)} came in`}
        action={
          <SpaceBetween size="xs" direction="horizontal">
            <Button href={`#/data/${group}`}>Show the data</Button>
            <Button href={`#/insights/${group}`}>Insights</Button>
          </SpaceBetween>
        }
      >
        {missingValues.length === 0 ? 'Every cell was as the schema has it.' : 'Some cells count as missing values.'}
      </Alert>
      {notes.map(note => (
        <Alert key={note} type="info">
          {note}
        </Alert>
      ))}
      {missingValues.length > 0 && <Missing columns={missingValues} />}
    </SpaceBetween>
  )
}

function Missing({ columns }: { readonly columns: readonly MissingValues[] }) {
  return (
    <Table
      items={columns}
      trackBy="column"
      wrapLines
      header={
        <Header variant="h2" description="The rows are kept. Mend the file and import it again, if the values matter.">
          Missing values
        </Header>
      }
      columnDefinitions={[
        { id: 'column', header: 'Column', isRowHeader: true, cell: ({ column }) => column },
        { id: 'empty', header: 'Empty', cell: ({ empty }) => empty.toLocaleString('en') },
        { id: 'unreadable', header: 'Not of its type', cell: ({ unreadable }) => unreadable.toLocaleString('en') },
        {
          id: 'where',
          header: 'The first of them',
          cell: ({ emptyAt = [], unreadableAt = [] }) =>
            [...unreadableAt, ...emptyAt].map(place => (
              <Box key={place} variant="small" display="block">
                {place.replace(/^.*\/(?=[^/]* line \d)/, '')}
              </Box>
            )),
        },
      ]}
    />
  )
}
