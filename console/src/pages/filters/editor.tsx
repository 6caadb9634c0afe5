import { CreateFilterCommand } from '@aws-sdk/client-personalize'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import FormField from '@cloudscape-design/components/form-field'
import Icon from '@cloudscape-design/components/icon'
import Input from '@cloudscape-design/components/input'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import { useId, useState } from 'react'
import type { Schemas } from '../../../../src/datasets/of-group.ts'
import { useSession } from '../../session/session.ts'
import { CopyAs } from '../../shared/copy-as.tsx'
import type { DatasetGroup } from '../../shared/dataset-groups.ts'
import type { Expression, Fault } from '../../shared/filter-check.ts'
import { useKnownValues } from '../../shared/known-values.ts'
import { useWrite } from '../../shared/queries.ts'
import { completionsAt } from './completion.ts'
import { ExpressionEditor } from './expression-editor.tsx'

interface Props {
  readonly group: DatasetGroup
  readonly schemas: Schemas
  readonly text: string
  readonly checked: { readonly expression: Expression } | { readonly fault: Fault }
  setText(text: string): void
}

/** The name of a resource, as the API has it. */
const NAME = /^[a-zA-Z0-9][a-zA-Z0-9\-_]{0,62}$/

/** The form for a new filter. */
export function Editor({ group, schemas, text, checked, setText }: Props) {
  const known = useKnownValues(group)
  const { may } = useSession()
  const toldId = useId()
  const [name, setName] = useState('')
  const { datasetGroupArn } = group
  const input = { name, datasetGroupArn, filterExpression: text }
  const fault = text !== '' && 'fault' in checked ? checked.fault : undefined
  return (
    <SpaceBetween size="m">
      <FormField
        label="Expression"
        description="Begin to type, or press Ctrl and the space bar, to see what may stand at the caret."
      >
        <ExpressionEditor
          label="Expression"
          value={text}
          fault={fault}
          describedBy={toldId}
          complete={(typed, caret) => completionsAt(typed, caret, { schemas, known })}
          onChange={setText}
        />
      </FormField>
      <div id={toldId} aria-live="polite">
        <Told text={text} checked={checked} />
      </div>
      {may('personalize:CreateFilter') && (
        <Creation setName={setName} input={input} isRight={'expression' in checked} />
      )}
      <CopyAs service="personalize" operation="CreateFilter" input={input} />
    </SpaceBetween>
  )
}

interface CreationProps {
  readonly input: { readonly name: string; readonly datasetGroupArn: string; readonly filterExpression: string }
  /** Whether the server would take the expression. */
  readonly isRight: boolean
  setName(name: string): void
}

function Creation({ input, isRight, setName }: CreationProps) {
  const { name } = input
  const create = useWrite(
    ({ personalize }, command: typeof input) => personalize.send(new CreateFilterCommand(command)),
    command => `Filter ${command.name} was created`,
  )
  const isNamed = NAME.test(name)
  return (
    <SpaceBetween size="m">
      <FormField
        label="Name"
        errorText={name !== '' && !isNamed && 'Letters, digits, - and _ alone, 63 at most; the first no - or _.'}
      >
        <Input value={name} onChange={({ detail }) => setName(detail.value)} />
      </FormField>
      <Button
        variant="primary"
        loading={create.isPending}
        disabled={!isNamed || !isRight}
        disabledReason={isNamed ? 'The expression has a fault.' : 'A filter needs a name.'}
        onClick={() => create.mutate(input)}
      >
        Create filter
      </Button>
    </SpaceBetween>
  )
}

const SUBJECTS = { ItemID: 'items', UserID: 'users', ActionID: 'actions' } as const

function Told({ text, checked }: Pick<Props, 'text' | 'checked'>) {
  if (text === '')
    return (
      <Box color="text-status-inactive">
        Such as <code>EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("Purchase")</code>
      </Box>
    )
  if ('fault' in checked) {
    const { at, message } = checked.fault
    const where = at === undefined || /\bcolumn \d/.test(message) ? '' : `Column ${at + 1}: `
    // A status would break the message within words on a narrow page.
    return (
      <Box color="text-status-error">
        <Icon name="status-negative" /> <span>{where + message}</span>
      </Box>
    )
  }
  const { subject, parameters } = checked.expression
  const names = parameters.map(({ name }) => `$${name}`).join(', ')
  return (
    <StatusIndicator type="success">
      A filter of {SUBJECTS[subject]}
      {names && `. Requests send values of ${names}`}.
    </StatusIndicator>
  )
}
