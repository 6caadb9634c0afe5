import FormField from '@cloudscape-design/components/form-field'
import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Textarea from '@cloudscape-design/components/textarea'
import { useDatasetGroups } from '../../shared/dataset-groups.ts'

/** A policy as the person has it at the moment. */
interface PolicyDraft {
  /** The name of a prepared one, or `own`. */
  readonly kind: string
  /** The name of the group that a prepared one is limited to. */
  readonly datasetGroup: string
  /** The JSON of an own one. */
  readonly text: string
}

/** The prepared policies with what they are for. */
const PREPARED = [
  { value: 'read-only', label: 'Read only', description: 'See everything, change nothing' },
  { value: 'events-only', label: 'Events only', description: 'PutEvents, for a web page' },
  { value: 'runtime-only', label: 'Recommendations only', description: 'GetRecommendations and the like' },
  { value: 'data-only', label: 'Data only', description: 'Put and import data' },
  { value: 'one-group', label: 'One dataset group', description: 'Everything in one group' },
  { value: 'admin', label: 'Everything', description: 'Also the keys of others' },
  { value: 'own', label: 'A policy of your own', description: 'In the language of IAM' },
]
const EXAMPLE = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'personalize:Put*', Resource: '*' }],
}
const EVERY_GROUP = { value: '', label: 'Every group' }

/** The draft that a form begins with. */
export const FIRST_POLICY: PolicyDraft = {
  kind: 'runtime-only',
  datasetGroup: '',
  text: JSON.stringify(EXAMPLE, null, 2),
}

/**
 * The members of a request for a draft.
 * @throws SyntaxError where its text is no JSON
 */
export function policyMembers({ kind, datasetGroup, text }: PolicyDraft): { policy: unknown; datasetGroup?: string } {
  if (kind === 'own') return { policy: JSON.parse(text) }
  return { policy: kind, ...(datasetGroup && kind !== 'admin' && { datasetGroup }) }
}

interface Props {
  readonly draft: PolicyDraft
  onChange(draft: PolicyDraft): void
}

/** Chooses a prepared policy, perhaps for one group, or takes one of the person's own. */
export function PolicyChoice({ draft, onChange }: Props) {
  const { data: groups = [] } = useDatasetGroups()
  const { kind, datasetGroup, text } = draft
  const options = [...(kind === 'one-group' ? [] : [EVERY_GROUP]), ...groups.map(({ name }) => ({ value: name }))]
  return (
    <SpaceBetween size="m">
      <FormField label="Policy">
        <Select
          selectedOption={PREPARED.find(({ value }) => value === kind)!}
          options={PREPARED}
          onChange={({ detail }) => onChange({ ...draft, kind: detail.selectedOption.value! })}
        />
      </FormField>
      {kind === 'own' ? (
        <FormField label="Document" errorText={faultOf(text)} stretch>
          <Textarea
            value={text}
            rows={10}
            spellcheck={false}
            onChange={({ detail }) => onChange({ ...draft, text: detail.value })}
          />
        </FormField>
      ) : (
        kind !== 'admin' && (
          <FormField label="Dataset group">
            <Select
              selectedOption={options.find(({ value }) => value === datasetGroup) ?? null}
              options={options}
              placeholder="Choose a dataset group"
              onChange={({ detail }) => onChange({ ...draft, datasetGroup: detail.selectedOption.value! })}
            />
          </FormField>
        )
      )}
    </SpaceBetween>
  )
}

function faultOf(text: string): string | undefined {
  try {
    JSON.parse(text)
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}
