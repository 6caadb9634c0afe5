import Alert from '@cloudscape-design/components/alert'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import RadioGroup from '@cloudscape-design/components/radio-group'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { ROWS } from '../../shared/rows.ts'
import type { Draft, Meant } from './draft.ts'

interface Props {
  readonly draft: Draft
  readonly meant: Meant
  /** Whether the rows come by Put calls, since the server takes no file. */
  readonly isPut: boolean
  /** Whether an import into the dataset is there that others can add to. */
  readonly canAdd: boolean
  onChange(draft: Draft): void
}

/** The last step: what will be done. */
export function StepStart({ draft, meant, isPut, canAdd, onChange }: Props) {
  const { name, domain, datasetGroupArn, datasetArn, columns } = meant
  return (
    <SpaceBetween size="l">
      <Container header={<Header variant="h2">What will be done</Header>}>
        <KeyValuePairs
          columns={3}
          minColumnWidth={180}
          items={[
            {
              label: 'Dataset group',
              value: datasetGroupArn ? name : `${name}: is created, ${domain ?? 'custom'}`,
            },
            {
              label: 'Dataset',
              value: `${ROWS[draft.type].many}${datasetArn ? '' : ': is created, with its schema'}`,
            },
            {
              label: 'Fields',
              value: columns
                .filter(({ isUsed }) => isUsed)
                .map(column => column.name)
                .join(', '),
            },
          ]}
        />
      </Container>
      {isPut ? (
        <Alert type="info">
          This server reads its files in S3, where this page can put none: the rows go by Put calls, ten at a time. Keep
          the page open until they are all there. For many rows put the file into S3, and name it in the second step.
        </Alert>
      ) : (
        datasetArn && (
          <Container header={<Header variant="h2">Rows that are there</Header>}>
            <RadioGroup
              ariaLabel="Rows that are there"
              value={draft.mode}
              items={[
                {
                  value: 'FULL',
                  label: 'Replace the rows of earlier imports',
                  description: 'Rows that came by Put calls stay. Where both have an id, the newer row counts.',
                },
                {
                  value: 'INCREMENTAL',
                  label: 'Add to them',
                  description: canAdd
                    ? 'A row with the id of another replaces it.'
                    : 'There is no import to add to yet.',
                  disabled: !canAdd,
                },
              ]}
              onChange={({ detail }) => onChange({ ...draft, mode: detail.value as Draft['mode'] })}
            />
          </Container>
        )
      )}
    </SpaceBetween>
  )
}
