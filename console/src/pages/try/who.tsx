import Button from '@cloudscape-design/components/button'
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import SegmentedControl from '@cloudscape-design/components/segmented-control'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Textarea from '@cloudscape-design/components/textarea'
import type { Schema } from '../../../../src/datasets/schema.ts'
import { columnsOf, shownValue } from '../../shared/columns.ts'
import type { DatasetGroup } from '../../shared/dataset-groups.ts'
import { IdField } from '../../shared/id-field.tsx'
import type { Target } from '../../shared/targets.ts'
import { useTyped } from '../../shared/typed.ts'
import type { Asked } from './asked.ts'

interface Props {
  readonly group: DatasetGroup
  readonly asked: Asked
  readonly targets: readonly Target[]
  /** The schema of Items. */
  readonly schema: Schema | undefined
  change(change: Partial<Asked>): void
}

/** Asks for whom and for what recommendations are: a user or a session, and the items where a recipe needs some. */
export function Who({ group, asked, targets, schema, change }: Props) {
  const { title } = columnsOf(schema, asked)
  const takesUser = targets.some(({ recipe }) => recipe.request.userId !== 'unused')
  const takesItem = targets.some(({ recipe }) => recipe.request.itemId !== 'unused')
  const ranks = targets.some(({ recipe }) => recipe.request.operation === 'GetPersonalizedRanking')
  return (
    <div className="fields">
      {takesUser && <UserOrSession group={group} asked={asked} change={change} />}
      {takesItem && (
        <IdField
          label="Item"
          description="The items that go with it are recommended."
          value={asked.itemId}
          group={group}
          name="itemId"
          describe={properties => title && shownValue(properties, title)}
          onChange={itemId => change({ itemId })}
        />
      )}
      {ranks && <Ranked asked={asked} change={change} />}
      <NumberOfResults asked={asked} change={change} />
    </div>
  )
}

function UserOrSession({ group, asked, change }: Omit<Props, 'targets' | 'schema'>) {
  const isSession = asked.sessionId !== ''
  return (
    <SpaceBetween size="xs">
      <SegmentedControl
        label="For whom"
        selectedId={isSession ? 'session' : 'user'}
        options={[
          { id: 'user', text: 'A user' },
          { id: 'session', text: 'An anonymous session' },
        ]}
        onChange={({ detail }) =>
          change(detail.selectedId === 'user' ? { sessionId: '' } : { sessionId: newSession(), userId: '' })
        }
      />
      {isSession ? (
        <Session asked={asked} change={change} />
      ) : (
        <IdField
          label="User"
          value={asked.userId}
          group={group}
          name="userId"
          onChange={userId => change({ userId })}
        />
      )}
    </SpaceBetween>
  )
}

function Session({ asked, change }: Pick<Props, 'asked' | 'change'>) {
  const [typed, setTyped] = useTyped(asked.sessionId, sessionId => change({ sessionId: sessionId || newSession() }))
  return (
    <FormField
      label="Session"
      secondaryControl={<Button onClick={() => change({ sessionId: newSession() })}>New session</Button>}
    >
      <Input value={typed} onChange={({ detail }) => setTyped(detail.value)} />
    </FormField>
  )
}

const newSession = () => `console-${crypto.randomUUID().slice(0, 8)}`

function Ranked({ asked, change }: Pick<Props, 'asked' | 'change'>) {
  const ids = (text: string) => [...new Set(text.split('\n').map(line => line.trim()))].filter(id => id !== '')
  const [typed, setTyped] = useTyped(asked.ranked.join('\n'), text => change({ ranked: ids(text) }))
  return (
    <FormField label="Items to rank" description="An id a line, as they are in a column of a sheet.">
      <Textarea value={typed} rows={4} onChange={({ detail }) => setTyped(detail.value)} />
    </FormField>
  )
}

function NumberOfResults({ asked, change }: Pick<Props, 'asked' | 'change'>) {
  const [typed, setTyped] = useTyped(String(asked.numResults), text => {
    const numResults = Math.trunc(Number(text))
    if (numResults >= 1 && numResults <= 500) change({ numResults })
  })
  return (
    <FormField label="Number of results" description="From 1 to 500; of actions, to 100.">
      <Input type="number" inputMode="numeric" value={typed} onChange={({ detail }) => setTyped(detail.value)} />
    </FormField>
  )
}
