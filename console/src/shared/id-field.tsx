import Autosuggest from '@cloudscape-design/components/autosuggest'
import FormField from '@cloudscape-design/components/form-field'
import { useIds } from './records.ts'
import { useTyped } from './typed.ts'

interface Props {
  readonly label: string
  readonly description?: string
  readonly value: string
  /** The dataset whose ids are suggested; any id may be typed. */
  readonly datasetArn: string | undefined
  readonly name: 'userId' | 'itemId'
  onChange(id: string): void
}

/** Asks for the id of a user or an item. */
export function IdField({ label, description, value, datasetArn, name, onChange }: Props) {
  const [typed, setTyped] = useTyped(value, onChange)
  const ids = useIds(datasetArn, name)
  return (
    <FormField label={label} description={description}>
      <Autosuggest
        value={typed}
        options={ids.map(id => ({ value: id }))}
        enteredTextLabel={text => `Use ${text}`}
        empty="No id is known: type one"
        placeholder={ids[0] ?? ''}
        onChange={({ detail }) => setTyped(detail.value)}
      />
    </FormField>
  )
}
