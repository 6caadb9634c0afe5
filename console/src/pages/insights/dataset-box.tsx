import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import SpaceBetween from '@cloudscape-design/components/space-between'
import type { DatasetReport } from '../../../../src/insights/report.ts'
import { ROWS } from '../../shared/rows.ts'
import { Columns } from './columns.tsx'
import { HistoriesBox } from './histories-box.tsx'
import { shareText } from './texts.ts'
import { unmatchedText } from './unmatched.ts'

/** The contents of a dataset. */
export function DatasetBox({ dataset }: { readonly dataset: DatasetReport }) {
  const { datasetType, rows, incomplete, columns, withoutInteractions, histories, unknownProperties = [] } = dataset
  const facts = [
    { label: 'Rows', value: rows.toLocaleString('en') },
    { label: 'Rows that lack a value', value: shareText(incomplete, rows) },
    ...(withoutInteractions ? [{ label: 'Without interactions', value: unmatchedText(withoutInteractions) }] : []),
    ...(unknownProperties.length > 0
      ? [{ label: 'Keys that are no field', value: unknownProperties.map(({ name }) => name).join(', ') }]
      : []),
  ]
  return (
    <SpaceBetween size="l">
      <Container header={<Header variant="h2">{ROWS[datasetType].many}</Header>}>
        <KeyValuePairs columns={4} minColumnWidth={150} items={facts} />
      </Container>
      {histories && <HistoriesBox datasetType={datasetType} histories={histories} />}
      <Columns rows={rows} columns={columns} />
    </SpaceBetween>
  )
}
