import AttributeEditor from '@cloudscape-design/components/attribute-editor'
import Container from '@cloudscape-design/components/container'
import FormField from '@cloudscape-design/components/form-field'
import Header from '@cloudscape-design/components/header'
import Input from '@cloudscape-design/components/input'
import Multiselect from '@cloudscape-design/components/multiselect'
import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import type { Schemas } from '../../../../../src/datasets/of-group.ts'
import { Failure } from '../../../shared/failure.tsx'
import { useSchemas } from '../../../shared/schemas.ts'
import { excludable, numeric } from './columns.ts'
import type { Draft, EventWeight } from './draft.ts'
import type { SettingsProps } from './settings-props.ts'

/** The data of a training: which events, how much each type counts, and which columns it leaves out. */
export function DataSettings(props: SettingsProps) {
  const { draft, change, recipe, group } = props
  const { data: schemas = {}, error, refetch } = useSchemas(group)
  const isSolution = !recipe.domain
  const hasEvents = recipe.datasets.INTERACTIONS !== undefined
  return (
    <Container header={<Header variant="h2">Data</Header>}>
      <SpaceBetween size="m">
        {error && <Failure error={error} retry={refetch} />}
        {isSolution && hasEvents && <WhichEvents draft={draft} change={change} />}
        {isSolution && recipe.allows.includes('eventsConfig') && <EventWeights draft={draft} change={change} />}
        {isSolution && recipe.allows.includes('objective') && (
          <Objective draft={draft} change={change} schemas={schemas} />
        )}
        {Object.keys(recipe.datasets).map(type => (
          <Excluded key={type} type={type} draft={draft} change={change} schemas={schemas} />
        ))}
      </SpaceBetween>
    </Container>
  )
}

type Editing = Pick<SettingsProps, 'draft' | 'change'>
type EditingColumns = Editing & { readonly schemas: Schemas }

function WhichEvents({ draft: { eventType, eventValueThreshold }, change }: Editing) {
  return (
    <SpaceBetween size="m">
      <FormField label="Event type" description="Learn from events of this type alone. Left blank, all types count.">
        <Input value={eventType} onChange={({ detail }) => change({ eventType: detail.value })} />
      </FormField>
      <FormField
        label="Least value of an event"
        description="Learn from events whose EVENT_VALUE is as much or more: ratings of 4 and 5, say."
      >
        <Input
          inputMode="decimal"
          value={eventValueThreshold}
          onChange={({ detail }) => change({ eventValueThreshold: detail.value })}
        />
      </FormField>
    </SpaceBetween>
  )
}

function EventWeights({ draft: { eventWeights }, change }: Editing) {
  const set = (index: number, changed: Partial<EventWeight>) =>
    change({ eventWeights: eventWeights.map((one, at) => (at === index ? { ...one, ...changed } : one)) })
  const field = (member: keyof EventWeight) => (one: EventWeight, index: number) => (
    <Input
      ariaLabel={`${member} of weight ${index + 1}`}
      value={one[member]}
      onChange={({ detail }) => set(index, { [member]: detail.value })}
    />
  )
  return (
    <FormField
      label="Weights of event types"
      description="A purchase may count more than a view. With weights, types that are not in the list count nothing."
      stretch
    >
      <AttributeEditor<EventWeight>
        items={[...eventWeights]}
        definition={[
          { label: 'Event type', control: field('eventType') },
          { label: 'Weight, from 0 to 1', control: field('weight') },
          { label: 'Least value', control: field('threshold') },
        ]}
        addButtonText="Add a weight"
        removeButtonText="Remove"
        empty="All events count the same."
        onAddButtonClick={() =>
          change({ eventWeights: [...eventWeights, { eventType: '', weight: '1', threshold: '' }] })
        }
        onRemoveButtonClick={({ detail }) =>
          change({ eventWeights: eventWeights.filter((_, at) => at !== detail.itemIndex) })
        }
      />
    </FormField>
  )
}

const SENSITIVITIES = ['OFF', 'LOW', 'MEDIUM', 'HIGH'] as const

function Objective({ draft: { objective, sensitivity }, change, schemas }: EditingColumns) {
  const none = { value: '', label: 'None' }
  return (
    <SpaceBetween size="m">
      <FormField
        label="Objective"
        description="A column of items of which recommendations are to have more: a price, or minutes watched."
      >
        <Select
          selectedOption={objective === '' ? none : { value: objective, label: objective }}
          options={[none, ...numeric(schemas).map(name => ({ value: name, label: name }))]}
          onChange={({ detail }) => change({ objective: detail.selectedOption.value! })}
        />
      </FormField>
      {objective !== '' && (
        <FormField label="Sensitivity" description="How much the objective counts beside what suits the user.">
          <Select
            selectedOption={{ value: sensitivity, label: sensitivity }}
            options={SENSITIVITIES.map(one => ({ value: one, label: one }))}
            onChange={({ detail }) => change({ sensitivity: detail.selectedOption.value as Draft['sensitivity'] })}
          />
        </FormField>
      )}
    </SpaceBetween>
  )
}

function Excluded({ type, draft: { excluded }, change, schemas }: EditingColumns & { readonly type: string }) {
  const names = excludable(schemas[type as keyof Schemas])
  if (names.length === 0) return null
  return (
    <FormField label={`Columns of ${type} to leave out`} description="Training does not look at them.">
      <Multiselect
        placeholder="None"
        selectedOptions={(excluded[type] ?? []).map(name => ({ value: name, label: name }))}
        options={names.map(name => ({ value: name, label: name }))}
        onChange={({ detail }) =>
          change({ excluded: { ...excluded, [type]: detail.selectedOptions.map(({ value }) => value!) } })
        }
      />
    </FormField>
  )
}
