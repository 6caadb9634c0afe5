import { PutActionInteractionsCommand, PutEventsCommand } from '@aws-sdk/client-personalize-events'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import FormField from '@cloudscape-design/components/form-field'
import Header from '@cloudscape-design/components/header'
import Input from '@cloudscape-design/components/input'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { idFields, type Schema } from '../../../../src/datasets/schema.ts'
import { Code } from '../../shared/code.tsx'
import { CopyAs } from '../../shared/copy-as.tsx'
import type { DatasetGroup } from '../../shared/dataset-groups.ts'
import { type EventInput, putActionInteractionCall, putEventCall } from '../../shared/event-input.ts'
import { useRead, useWrite } from '../../shared/queries.ts'
import { RecordFields } from '../../shared/record-fields.tsx'
import { type Draft, readFields } from '../../shared/record-input.ts'
import { ROWS } from '../../shared/rows.ts'
import { actionTrackingIdOf, trackingIdOf } from '../../shared/tracking.ts'

interface Props {
  readonly group: DatasetGroup
  readonly datasetArn: string
  readonly schema: Schema
}

/** The members of an interaction beside its own fields. */
interface Who {
  readonly userId: string
  readonly sessionId: string
  readonly id: string
  readonly eventType: string
}

const NOBODY: Who = { userId: '', sessionId: '', id: '', eventType: '' }
const COMMON = new Set(['USER_ID', 'TIMESTAMP', 'EVENT_TYPE', 'EVENT_VALUE', 'SESSION_ID'])

/** The form for one interaction. It happens when it is put. */
export function PutEvent({ group, datasetArn, schema }: Props) {
  const type = schema.datasetType
  const isAction = type === 'ACTION_INTERACTIONS'
  const [who, setWho] = useState(NOBODY)
  const [draft, setDraft] = useState<Draft>({})
  const [isTold, setTold] = useState(false)
  // A group gets an event tracker when the form is opened, so that the call to copy has its id.
  const { data: trackingId } = useRead(['tracking', datasetArn], api =>
    isAction ? actionTrackingIdOf(api, datasetArn) : trackingIdOf(api, group),
  )
  const own = schema.fields.filter(({ name }) => !COMMON.has(name) && name !== idFields[type])
  const value = schema.fields.find(({ name }) => name === 'EVENT_VALUE')
  const fields = value ? [value, ...own] : own
  const { values, faults } = readFields(fields, draft)
  const { EVENT_VALUE = null, ...details } = values
  const event = inputOf(who, { eventValue: EVENT_VALUE as number | null, details, time: new Date() })
  const call = (isAction ? putActionInteractionCall : putEventCall)(trackingId ?? 'TRACKING_ID', event)
  const put = useWrite(
    async ({ events }) => {
      const input = call.input as never
      if (isAction) await events.send(new PutActionInteractionsCommand(input))
      else await events.send(new PutEventsCommand(input))
    },
    () => 'The interaction is stored',
  )
  const missing = missingIn(who, isAction)
  const send = () => {
    setTold(true)
    if (Object.keys(missing).length > 0 || Object.keys(faults).length > 0) return
    put.mutate(undefined, { onSuccess: () => setTold(false) })
  }
  return (
    <Container
      header={
        <Header variant="h2" description="It happens now. Recommendations for the user take it into account at once.">
          {`Put one ${ROWS[type].one}`}
        </Header>
      }
      footer={
        <Button variant="primary" loading={put.isPending} disabled={trackingId === undefined} onClick={send}>
          Put the interaction
        </Button>
      }
    >
      <SpaceBetween size="l">
        <WhoFields who={who} isAction={isAction} faults={isTold ? missing : {}} onChange={setWho} />
        <RecordFields fields={fields} draft={draft} faults={faults} onChange={setDraft} />
        <Code label="The call's input as JSON">{JSON.stringify(call.input, null, 2)}</Code>
        <CopyAs {...call} />
      </SpaceBetween>
    </Container>
  )
}

function inputOf(who: Who, more: Pick<EventInput, 'eventValue' | 'details' | 'time'>): EventInput {
  const [userId, sessionId] = [who.userId.trim(), who.sessionId.trim()]
  // A session is required. One visit of the user is as good as another.
  return {
    userId,
    sessionId: sessionId || `console-${userId}`,
    id: who.id.trim(),
    eventType: who.eventType.trim(),
    ...more,
  }
}

function missingIn({ userId, sessionId, id, eventType }: Who, isAction: boolean): Readonly<Record<string, string>> {
  return {
    ...(userId.trim() === '' &&
      sessionId.trim() === '' && { userId: 'Give a user, or the session of an anonymous one' }),
    ...(isAction && id.trim() === '' && { id: 'Give an action' }),
    ...(eventType.trim() === '' && { eventType: 'Give a type, such as View' }),
  }
}

interface WhoProps {
  readonly who: Who
  readonly isAction: boolean
  readonly faults: Readonly<Record<string, string>>
  onChange(who: Who): void
}

function WhoFields({ who, isAction, faults, onChange }: WhoProps) {
  const members = [
    ['userId', 'userId', 'Empty for an anonymous visitor'],
    ['sessionId', 'sessionId', 'One visit; one is made up where it is empty'],
    ['id', isAction ? 'actionId' : 'itemId', ''],
    ['eventType', 'eventType', isAction ? 'Taken, Not Taken or Viewed' : 'Such as View, Click or Purchase'],
  ] as const
  return (
    <SpaceBetween size="l">
      {members.map(([name, label, description]) => (
        <FormField key={name} label={label} description={description} errorText={faults[name]}>
          <Input value={who[name]} onChange={({ detail }) => onChange({ ...who, [name]: detail.value })} />
        </FormField>
      ))}
    </SpaceBetween>
  )
}
