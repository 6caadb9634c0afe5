import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Textarea from '@cloudscape-design/components/textarea'
import type { Field } from '../../../src/datasets/schema.ts'
import type { Draft } from './record-input.ts'

interface Props {
  readonly fields: readonly Field[]
  readonly draft: Draft
  readonly faults: Readonly<Record<string, string>>
  onChange(draft: Draft): void
}

/** The inputs of a form that is made from a schema: one for each field. */
export function RecordFields({ fields, draft, faults, onChange }: Props) {
  return (
    <SpaceBetween size="l">
      {fields.map(field => (
        <FormField
          key={field.name}
          label={field.nullable ? <OptionalLabel name={field.name} /> : field.name}
          description={descriptionOf(field)}
          errorText={faults[field.name]}
        >
          <FieldInput
            field={field}
            value={draft[field.name] ?? ''}
            onChange={value => onChange({ ...draft, [field.name]: value })}
          />
        </FormField>
      ))}
    </SpaceBetween>
  )
}

function OptionalLabel({ name }: { readonly name: string }) {
  return (
    <>
      {name} <i>(may be empty)</i>
    </>
  )
}

interface InputProps {
  readonly field: Field
  readonly value: string
  onChange(value: string): void
}

const BOOLEANS = [
  { value: 'true', label: 'true' },
  { value: 'false', label: 'false' },
]

function FieldInput({ field, value, onChange }: InputProps) {
  if (field.textual) return <Textarea value={value} onChange={({ detail }) => onChange(detail.value)} />
  if (field.type !== 'boolean') {
    const isNumber = field.type !== 'string'
    return (
      <Input
        value={value}
        inputMode={isNumber ? 'decimal' : 'text'}
        onChange={({ detail }) => onChange(detail.value)}
      />
    )
  }
  return (
    <Select
      options={field.nullable ? [{ value: '', label: 'Not given' }, ...BOOLEANS] : BOOLEANS}
      selectedOption={BOOLEANS.find(option => option.value === value) ?? { value: '', label: 'Not given' }}
      onChange={({ detail }) => onChange(detail.selectedOption.value ?? '')}
    />
  )
}

/** An example of the field's values. */
function descriptionOf({ name, type, categorical, textual }: Field): string {
  if (categorical) return 'A category, or several with | between them: Drama|Comedy'
  if (textual) return 'A text whose words count in recommendations'
  if (name.endsWith('TIMESTAMP')) return 'Seconds since 1970'
  return DESCRIPTIONS[type]
}

const DESCRIPTIONS: Readonly<Record<Field['type'], string>> = {
  string: 'A text that is stored and can be filtered by, but is not learned from',
  int: 'A whole number',
  long: 'A whole number, also a large one',
  float: 'A number',
  double: 'A number',
  boolean: 'true or false',
}
