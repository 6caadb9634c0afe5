import Container from '@cloudscape-design/components/container'
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import RadioGroup from '@cloudscape-design/components/radio-group'
import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Tiles from '@cloudscape-design/components/tiles'
import type { Domain } from '../../../../src/datasets/dataset-type.ts'
import type { DatasetGroup } from '../../shared/dataset-groups.ts'
import type { Draft } from './draft.ts'

interface Props {
  readonly draft: Draft
  readonly groups: readonly DatasetGroup[]
  readonly fault: string | undefined
  onChange(draft: Draft): void
}

const DOMAINS = [
  {
    value: 'CUSTOM',
    label: 'Custom',
    description: 'For anything. You choose a recipe, train solutions and deploy campaigns.',
  },
  {
    value: 'ECOMMERCE',
    label: 'E-commerce',
    description: 'For shops. Recommenders for usual places are ready; events need a type such as View or Purchase.',
  },
  {
    value: 'VIDEO_ON_DEMAND',
    label: 'Video on demand',
    description: 'For films and series. Recommenders for usual places are ready; events need a type such as Watch.',
  },
]

/** The first step: where the rows go. */
export function StepGroup({ draft, groups, fault, onChange }: Props) {
  const isNew = draft.group === undefined
  return (
    <Container>
      <SpaceBetween size="l">
        {groups.length > 0 && (
          <RadioGroup
            ariaLabel="Dataset group"
            value={isNew ? 'new' : 'existing'}
            items={[
              { value: 'existing', label: 'A dataset group that is there' },
              { value: 'new', label: 'A new one' },
            ]}
            onChange={({ detail }) =>
              onChange({ ...draft, changed: undefined, group: detail.value === 'new' ? undefined : groups[0]!.name })
            }
          />
        )}
        {isNew ? (
          <NewGroup draft={draft} fault={fault} onChange={onChange} />
        ) : (
          <Existing {...{ draft, groups, onChange }} />
        )}
      </SpaceBetween>
    </Container>
  )
}

function Existing({ draft, groups, onChange }: Omit<Props, 'fault'>) {
  return (
    <FormField label="Dataset group" description="It holds the users, items and interactions of one application.">
      <Select
        selectedOption={{ value: draft.group! }}
        options={groups.map(({ name, domain }) => ({ value: name, description: domain ?? 'Custom' }))}
        filteringType="auto"
        onChange={({ detail }) => onChange({ ...draft, changed: undefined, group: detail.selectedOption.value })}
      />
    </FormField>
  )
}

function NewGroup({ draft, fault, onChange }: Omit<Props, 'groups'>) {
  return (
    <SpaceBetween size="l">
      <FormField
        label="Name"
        description="It holds the users, items and interactions of one application."
        constraintText="Letters, digits, - and _, 63 at most."
        errorText={fault}
      >
        <Input
          value={draft.newName}
          placeholder="my-shop"
          onChange={({ detail }) => onChange({ ...draft, newName: detail.value })}
        />
      </FormField>
      <FormField label="Domain" description="It cannot be changed later." stretch>
        <Tiles
          value={draft.newDomain ?? 'CUSTOM'}
          items={DOMAINS}
          onChange={({ detail: { value } }) =>
            onChange({ ...draft, changed: undefined, newDomain: value === 'CUSTOM' ? undefined : (value as Domain) })
          }
        />
      </FormField>
    </SpaceBetween>
  )
}
