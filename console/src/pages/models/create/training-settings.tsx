import Container from '@cloudscape-design/components/container'
import FormField from '@cloudscape-design/components/form-field'
import Header from '@cloudscape-design/components/header'
import Input from '@cloudscape-design/components/input'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Toggle from '@cloudscape-design/components/toggle'
import { faultOfDays } from './draft.ts'
import type { SettingsProps } from './settings-props.ts'

/** When a solution is trained, and whether training looks for better parameters. */
export function TrainingSettings({ draft, change, recipe }: SettingsProps) {
  const { isTrainedBySchedule, everyDays, performHPO } = draft
  const tunable = Object.entries(recipe.parameters.algorithmHyperParameters ?? {}).filter(([, one]) => one.isTunable)
  return (
    <Container header={<Header variant="h2">Training</Header>}>
      <SpaceBetween size="m">
        <Toggle
          checked={isTrainedBySchedule}
          onChange={({ detail }) => change({ isTrainedBySchedule: detail.checked })}
          description="The first version is trained within a minute, the next ones when there are new events."
        >
          Train by itself
        </Toggle>
        {isTrainedBySchedule && (
          <FormField label="Training interval (days)" constraintText="From 1 to 30." errorText={faultOfDays(everyDays)}>
            <Input
              type="number"
              inputMode="numeric"
              value={everyDays}
              onChange={({ detail }) => change({ everyDays: detail.value })}
            />
          </FormField>
        )}
        {tunable.length > 0 && (
          <Toggle
            checked={performHPO}
            onChange={({ detail }) => change({ performHPO: detail.checked })}
            description={`Trains up to ten times with other values of ${tunable.map(([name]) => name).join(', ')}, and keeps the best.`}
          >
            Search for the best parameters
          </Toggle>
        )}
      </SpaceBetween>
    </Container>
  )
}
