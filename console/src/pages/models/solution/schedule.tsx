import { type Solution, UpdateSolutionCommand } from '@aws-sdk/client-personalize'
import Button from '@cloudscape-design/components/button'
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import Toggle from '@cloudscape-design/components/toggle'
import { useState } from 'react'
import { useSession } from '../../../session/session.ts'
import { CopyAs } from '../../../shared/copy-as.tsx'
import { FormModal } from '../../../shared/form-modal.tsx'
import { useWrite } from '../../../shared/queries.ts'
import { faultOfDays, NEW_DRAFT, rateOf } from '../create/draft.ts'

/** The button that changes when a solution is trained by itself. */
export function ChangeSchedule({ solution }: { readonly solution: Solution }) {
  const { may } = useSession()
  const [isOpen, setOpen] = useState(false)
  if (!may('personalize:UpdateSolution')) return null
  return (
    <>
      <Button onClick={() => setOpen(true)}>Change the schedule</Button>
      {isOpen && <ScheduleForm solution={solution} close={() => setOpen(false)} />}
    </>
  )
}

interface Props {
  readonly solution: Solution
  readonly close: () => void
}

function ScheduleForm({ solution, close }: Props) {
  const { name, solutionArn, performAutoTraining, solutionConfig } = solution
  const [isTrained, setTrained] = useState(performAutoTraining ?? true)
  const rate = solutionConfig?.autoTrainingConfig?.schedulingExpression
  const [days, setDays] = useState(/\d+/.exec(rate ?? '')?.[0] ?? NEW_DRAFT.everyDays)
  const input = {
    solutionArn,
    performAutoTraining: isTrained,
    ...(isTrained && { solutionUpdateConfig: { autoTrainingConfig: { schedulingExpression: rateOf(days) } } }),
  }
  const save = useWrite<undefined, unknown>(
    ({ personalize }) => personalize.send(new UpdateSolutionCommand(input)),
    () => `The schedule of ${name} was changed.`,
  )
  return (
    <FormModal
      title={`When ${name} is trained`}
      action="Change"
      isUnready={isTrained && faultOfDays(days) !== undefined}
      isBusy={save.isPending}
      error={save.error}
      close={close}
      save={() => save.mutate(undefined, { onSuccess: close })}
    >
      <Toggle
        checked={isTrained}
        onChange={({ detail }) => setTrained(detail.checked)}
        description="Only when there are new events."
      >
        Train by itself
      </Toggle>
      {isTrained && (
        <FormField label="Training interval (days)" constraintText="From 1 to 30." errorText={faultOfDays(days)}>
          <Input type="number" inputMode="numeric" value={days} onChange={({ detail }) => setDays(detail.value)} />
        </FormField>
      )}
      <CopyAs service="personalize" operation="UpdateSolution" input={input} />
    </FormModal>
  )
}
