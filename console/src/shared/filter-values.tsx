import Autosuggest from '@cloudscape-design/components/autosuggest'
import FormField from '@cloudscape-design/components/form-field'
import { checkValues, type Expression, type Fault, type Parameter } from './filter-check.ts'
import type { KnownValues } from './known-values.ts'
import { Marked } from './marked.tsx'
import { useTyped } from './typed.ts'

interface Props {
  readonly expression: Expression
  readonly values: Readonly<Record<string, string>>
  /** Values to suggest. */
  readonly known: KnownValues
  onChange(values: Readonly<Record<string, string>>): void
}

/** Asks for the values of a filter's parameters, and says what is wrong with them as they are typed. */
export function FilterValues({ expression, values, known, onChange }: Props) {
  return expression.parameters.map(parameter => (
    <Value
      key={parameter.name}
      parameter={parameter}
      value={values[parameter.name] ?? ''}
      known={known.get(parameter.field) ?? []}
      check={text => checkValues(expression, { [parameter.name]: text }).get(parameter.name)}
      onChange={text => onChange({ ...values, [parameter.name]: text })}
    />
  ))
}

interface ValueProps {
  readonly parameter: Parameter
  readonly value: string
  readonly known: readonly string[]
  check(text: string): Fault | undefined
  onChange(text: string): void
}

function Value({ parameter, value, known, check, onChange }: ValueProps) {
  const { name, field, isText, isList } = parameter
  const [typed, setTyped] = useTyped(value, onChange)
  const fault = check(typed)
  const example = `${isText ? 'In quotes, as in the API' : 'A number'}${isList ? '; several with commas' : ''}.`
  return (
    <FormField
      label={`$${name}`}
      description={`Compared with ${field}. ${example}`}
      errorText={fault && (fault.at === undefined ? fault.message : `Column ${fault.at + 1}: ${fault.message}`)}
      constraintText={fault?.at !== undefined && typed !== '' && <Marked text={typed} fault={fault} />}
    >
      <Autosuggest
        value={typed}
        options={known.map(one => ({ value: isText ? JSON.stringify(one) : one }))}
        enteredTextLabel={text => `Use ${text}`}
        onChange={({ detail }) => setTyped(detail.value)}
      />
    </FormField>
  )
}
