import Container from '@cloudscape-design/components/container'
import FormField from '@cloudscape-design/components/form-field'
import Header from '@cloudscape-design/components/header'
import Input from '@cloudscape-design/components/input'
import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { describeDefault } from '../../../../../src/recipes/check-hyper-parameters.ts'
import type { Parameter } from '../../../../../src/recipes/parameters.ts'
import type { ParameterGroup } from '../../../../../src/recipes/recipe.ts'
import { parametersOf } from '../../../../../src/recipes/train-on.ts'
import { faultOf, rangeOf } from './draft.ts'
import { PARAMETER_TEXTS } from './parameter-texts.ts'
import type { SettingsProps } from './settings-props.ts'

const GROUPS: readonly (readonly [group: ParameterGroup, title: string, isOfDomain: boolean])[] = [
  ['algorithmHyperParameters', 'Parameters of the recipe', false],
  ['featureTransformationParameters', 'Which histories count', false],
  ['itemExplorationConfig', 'Exploration', true],
]

/** The parameters of a recipe, each with what it does. */
export function ParameterSettings(props: SettingsProps) {
  const { recipe } = props
  const groups = GROUPS.filter(([group, , isOfDomain]) => {
    return Object.keys(parametersOf(recipe, group)).length > 0 && isOfDomain === (recipe.domain !== undefined)
  })
  return (
    <SpaceBetween size="l">
      {groups.map(([group, title]) => (
        <Container key={group} header={<Header variant="h2">{title}</Header>}>
          <SpaceBetween size="m">
            {Object.entries(parametersOf(recipe, group)).map(([name, parameter]) => (
              <ParameterField key={name} {...props} member={group} name={name} parameter={parameter} />
            ))}
          </SpaceBetween>
        </Container>
      ))}
    </SpaceBetween>
  )
}

interface FieldProps extends SettingsProps {
  readonly member: ParameterGroup
  readonly name: string
  readonly parameter: Parameter
}

function ParameterField({ draft, change, recipe, member: group, name, parameter }: FieldProps) {
  const value = draft.parameters[group]?.[name] ?? ''
  const set = (text: string) =>
    change({ parameters: { ...draft.parameters, [group]: { ...draft.parameters[group], [name]: text } } })
  const usual = { value: '', label: `${parameter.default} (default)` }
  return (
    <FormField
      label={name}
      description={PARAMETER_TEXTS[name]}
      constraintText={`${rangeOf(parameter)}; the default is ${describeDefault(parameter)}`}
      errorText={faultOf(recipe, group, name, value)}
    >
      {parameter.kind === 'categorical' ? (
        <Select
          selectedOption={value === '' ? usual : { value, label: value }}
          options={[usual, ...parameter.values.map(one => ({ value: String(one), label: String(one) }))]}
          onChange={({ detail }) => set(detail.selectedOption.value!)}
        />
      ) : (
        <Input
          inputMode="decimal"
          value={value}
          placeholder={describeDefault(parameter)}
          onChange={({ detail }) => set(detail.value)}
        />
      )}
    </FormField>
  )
}
