import type { Recipe } from '../../../../../src/recipes/recipe.ts'
import type { DatasetGroup } from '../../../shared/dataset-groups.ts'
import type { Draft } from './draft.ts'

/** The props of a part of the form: the settings, and how to change them. */
export interface SettingsProps {
  readonly draft: Draft
  readonly change: (changed: Partial<Draft>) => void
  readonly recipe: Recipe
  readonly group: DatasetGroup
}
