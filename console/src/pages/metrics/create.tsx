import { CreateMetricAttributionCommand } from '@aws-sdk/client-personalize'
import AttributeEditor from '@cloudscape-design/components/attribute-editor'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import FormField from '@cloudscape-design/components/form-field'
import Header from '@cloudscape-design/components/header'
import Input from '@cloudscape-design/components/input'
import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { useSession } from '../../session/session.ts'
import { CopyAs } from '../../shared/copy-as.tsx'
import type { DatasetGroup } from '../../shared/dataset-groups.ts'
import { useWrite } from '../../shared/queries.ts'
import { useSchemas } from '../../shared/schemas.ts'
import { COUNT, type MetricDraft, summable } from './expressions.ts'

/** Nobody takes it on where files are folders; a real one is needed for exports to S3 alone. */
const ROLE = 'arn:aws:iam::000000000000:role/personalite'

const ONE: MetricDraft = { metricName: '', eventType: '', expression: COUNT }

/** The form of a group without a metric attribution. */
export function CreateAttribution({ group }: { readonly group: DatasetGroup }) {
  const { may } = useSession()
  const [name, setName] = useState('impact')
  const [metrics, setMetrics] = useState<readonly MetricDraft[]>([ONE])
  const input = {
    name,
    datasetGroupArn: group.datasetGroupArn,
    metrics: [...metrics],
    metricsOutputConfig: { roleArn: ROLE },
  }
  const create = useWrite<undefined, unknown>(
    ({ personalize }) => personalize.send(new CreateMetricAttributionCommand(input)),
    () => `The metric attribution ${name} was created.`,
  )
  return (
    <Container
      header={
        <Header
          variant="h2"
          description="It names what to add up of events. Each event says in metricAttribution which source it is owed to, or has the id of a recommendation."
        >
          There is no metric attribution in this dataset group yet
        </Header>
      }
    >
      <SpaceBetween size="m">
        <FormField label="Name">
          <Input value={name} onChange={({ detail }) => setName(detail.value)} />
        </FormField>
        <MetricList group={group} metrics={metrics} change={setMetrics} />
        {may('personalize:CreateMetricAttribution') && (
          <Button variant="primary" loading={create.isPending} onClick={() => create.mutate(undefined)}>
            Create
          </Button>
        )}
        <CopyAs service="personalize" operation="CreateMetricAttribution" input={input} />
      </SpaceBetween>
    </Container>
  )
}

interface ListProps {
  readonly group: DatasetGroup
  readonly metrics: readonly MetricDraft[]
  readonly change: (metrics: readonly MetricDraft[]) => void
}

function MetricList({ group, metrics, change }: ListProps) {
  const { data: schemas = {} } = useSchemas(group)
  const options = [COUNT, ...summable(schemas)].map(value => ({ value }))
  const set = (index: number, changed: Partial<MetricDraft>) =>
    change(metrics.map((one, at) => (at === index ? { ...one, ...changed } : one)))
  return (
    <FormField label="Metrics" description="The number of events of a type, or the sum of a column." stretch>
      <AttributeEditor<MetricDraft>
        items={[...metrics]}
        definition={[
          {
            label: 'Name',
            control: ({ metricName }, at) => (
              <Input
                ariaLabel={`Name of metric ${at + 1}`}
                value={metricName}
                onChange={({ detail }) => set(at, { metricName: detail.value })}
              />
            ),
          },
          {
            label: 'Event type',
            control: ({ eventType }, at) => (
              <Input
                ariaLabel={`Event type of metric ${at + 1}`}
                value={eventType}
                onChange={({ detail }) => set(at, { eventType: detail.value })}
              />
            ),
          },
          {
            label: 'Adds up',
            control: ({ expression }, at) => (
              <Select
                ariaLabel={`Expression of metric ${at + 1}`}
                selectedOption={{ value: expression }}
                options={options}
                onChange={({ detail }) => set(at, { expression: detail.selectedOption.value! })}
              />
            ),
          },
        ]}
        addButtonText="Add a metric"
        removeButtonText="Remove"
        onAddButtonClick={() => change([...metrics, ONE])}
        onRemoveButtonClick={({ detail }) => change(metrics.filter((_, at) => at !== detail.itemIndex))}
      />
    </FormField>
  )
}
