import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator'
import Table from '@cloudscape-design/components/table'
import type { Insight, Level } from '../../../../src/insights/report.ts'
import { ROWS } from '../../shared/rows.ts'

const LEVELS: Readonly<Record<Level, { readonly type: StatusIndicatorProps.Type; readonly text: string }>> = {
  error: { type: 'error', text: 'Error' },
  warning: { type: 'warning', text: 'Warning' },
  note: { type: 'info', text: 'Note' },
}

/** The insights, the worst first, with the remedy of each. */
export function Findings({ insights }: { readonly insights: readonly Insight[] }) {
  if (insights.length === 0) return <Alert type="success">Nothing is wrong with the data.</Alert>
  return (
    <Table
      items={insights}
      wrapLines
      header={
        <Header
          variant="h2"
          counter={`(${insights.length})`}
          description="An error makes training fail, or loses data. A warning makes recommendations worse. A note may be intended."
        >
          Findings
        </Header>
      }
      columnDefinitions={[
        {
          id: 'level',
          header: 'Level',
          minWidth: 120,
          cell: ({ level }) => <StatusIndicator type={LEVELS[level].type}>{LEVELS[level].text}</StatusIndicator>,
        },
        { id: 'dataset', header: 'Dataset', minWidth: 130, cell: ({ datasetType }) => ROWS[datasetType].many },
        {
          id: 'finding',
          header: 'Finding and remedy',
          minWidth: 280,
          isRowHeader: true,
          cell: ({ finding, action }) => (
            <SpaceBetween size="xxs">
              <span>{finding}</span>
              <Box variant="small" color="text-body-secondary" fontWeight="normal">
                {action}
              </Box>
            </SpaceBetween>
          ),
        },
      ]}
    />
  )
}
