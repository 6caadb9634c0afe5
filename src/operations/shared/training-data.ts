import { InvalidInputException } from '../../contract/errors.ts'
import type { TrainingDataConfig } from '../../contract/generated/types.ts'
import type { DatasetType } from '../../datasets/dataset-type.ts'
import { commonFields } from '../../datasets/interaction.ts'
import type { Schemas } from '../../datasets/of-group.ts'
import { type Field, fieldNamed, idFields } from '../../datasets/schema.ts'
import type { Recipe } from '../../recipes/recipe.ts'
import { type Datasets, readDatasetType } from './datasets.ts'

/**
 * Checks that the group has the dataset types that training needs. The training itself checks that they have enough
 * data.
 * @throws InvalidInputException naming the first that is missing
 */
export async function assertTrainable({ datasets: reads }: Recipe, datasetGroupArn: string, datasets: Datasets) {
  for (const [type, need] of Object.entries(reads)) {
    if (need === 'required') await datasets.inGroup(datasetGroupArn, type as DatasetType)
  }
}

/**
 * Checks that the columns to exclude from training, or to include, are columns of a dataset of the group. The recipe
 * need not read that dataset: AWS's sample shop uses one list for all its recommenders, also for those by popularity.
 * https://docs.aws.amazon.com/personalize/latest/dg/custom-config-columns.html
 * @param path the path for error messages, e.g. `solutionConfig.trainingDataConfig`
 * @throws InvalidInputException naming the column
 */
export function checkTrainingData(
  path: string,
  config: TrainingDataConfig | undefined,
  recipe: Recipe,
  schemas: Schemas,
): void {
  for (const member of ['excludedDatasetColumns', 'includedDatasetColumns'] as const) {
    for (const [datasetType, columns] of Object.entries(config?.[member] ?? {})) {
      const type = readDatasetType(datasetType)
      for (const column of columns) {
        const where = `${path}.${member}.${datasetType.slice(0, 40)}`
        if (recipe.recipeType === 'PERSONALIZED_ACTIONS')
          throw new InvalidInputException(`${where}: the columns of ${type} cannot be chosen for ${recipe.name}`)
        const { name } = columnNamed(where, column, type, schemas)
        if (member === 'excludedDatasetColumns') assertExcludable(where, name, type)
      }
    }
  }
}

/** @throws InvalidInputException with the columns that there are */
function columnNamed(path: string, column: string, type: DatasetType, schemas: Schemas): Field {
  const fields = schemas[type]?.fields
  if (!fields) throw new InvalidInputException(`${path}: the dataset group has no dataset of type ${type}`)
  const field = fieldNamed(fields, column)
  if (field) return field
  const names = fields.map(({ name }) => name).join(', ')
  throw new InvalidInputException(`${path}: there is no column ${column}; ${type} has ${names}`)
}

/** An interaction needs a user, a time and an item or action. The guide adds EVENT_TYPE. */
function assertExcludable(where: string, column: string, type: DatasetType): void {
  const needed = [...commonFields, idFields[type]]
  if (!needed.includes(column)) return
  throw new InvalidInputException(`${where}: ${column} cannot be excluded, as training needs it`)
}

/**
 * Returns a column of numbers, which can be summed or compared.
 * @param path the path for error messages
 * @throws InvalidInputException
 */
export function numericField(path: string, column: string, type: DatasetType, schemas: Schemas): Field {
  const field = columnNamed(path, column, type, schemas)
  if (NUMERIC.has(field.type)) return field
  throw new InvalidInputException(`${path}: ${column} must be an int, long, float or double, and is a ${field.type}`)
}

const NUMERIC: ReadonlySet<string> = new Set(['int', 'long', 'float', 'double'])
