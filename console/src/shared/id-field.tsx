import Autosuggest from '@cloudscape-design/components/autosuggest'
import FormField from '@cloudscape-design/components/form-field'
import type { DatasetGroup } from './dataset-groups.ts'
import type { Properties } from './properties.ts'
import { useIds } from './records.ts'
import { useTyped } from './typed.ts'

interface Props {
  readonly label: string
  readonly description?: string
  readonly value: string
  /** The group whose ids are suggested; any id may be typed. */
  readonly group: DatasetGroup
  readonly name: 'userId' | 'itemId'
  /** A word on a record, beside its id. */
  describe?(properties: Properties): string | undefined
  onChange(id: string): void
}

/** Asks for the id of a user or an item. */
export function IdField({ label, description, value, group, name, describe, onChange }: Props) {
  const [typed, setTyped] = useTyped(value, onChange)
  const ids = useIds(group, name, typed)
  const options = ids.map(({ id, properties }) => {
    const word = properties && describe?.(properties)
    return { value: id, ...(word !== undefined && { description: word }) }
  })
  return (
    <FormField label={label} description={description}>
      <Autosuggest
        value={typed}
        options={options}
        filteringType="manual"
        enteredTextLabel={text => `Use ${text}`}
        empty="No id begins so"
        placeholder={ids[0]?.id ?? ''}
        onChange={({ detail }) => setTyped(detail.value)}
      />
    </FormField>
  )
}
