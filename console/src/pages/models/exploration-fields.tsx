import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import SpaceBetween from '@cloudscape-design/components/space-between'
import type { Recipe } from '../../../../src/recipes/recipe.ts'
import { faultOf, rangeOf } from './create/draft.ts'
import { PARAMETER_TEXTS } from './create/parameter-texts.ts'

/** The settings of exploration, as they are typed; blank ones are as the recipe has them. */
export type Explores = Readonly<Record<string, string>>

interface Props {
  readonly recipe: Recipe | undefined
  readonly explores: Explores
  readonly change: (explores: Explores) => void
}

/** The settings of exploration of a campaign or a recommender; nothing where its recipe has none. */
export function ExplorationFields({ recipe, explores, change }: Props) {
  const parameters = recipe?.parameters.itemExplorationConfig
  if (!parameters) return null
  return (
    <SpaceBetween size="m">
      {Object.entries(parameters).map(([name, parameter]) => (
        <FormField
          key={name}
          label={name}
          description={PARAMETER_TEXTS[name]}
          constraintText={`${rangeOf(parameter)}; the default is ${parameter.default}`}
          errorText={faultOf(recipe, 'itemExplorationConfig', name, explores[name] ?? '')}
        >
          <Input
            inputMode="decimal"
            value={explores[name] ?? ''}
            placeholder={String(parameter.default)}
            onChange={({ detail }) => change({ ...explores, [name]: detail.value })}
          />
        </FormField>
      ))}
    </SpaceBetween>
  )
}

/** Returns the settings that the API is given; undefined where all is as the recipe has it. */
export function explorationOf(explores: Explores): Record<string, string> | undefined {
  const given = Object.entries(explores).filter(([, value]) => value !== '')
  return given.length > 0 ? Object.fromEntries(given) : undefined
}
