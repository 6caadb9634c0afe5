import { recipe } from '../../recipes/recipes.ts'
import { operation } from '../operation.ts'

/** https://docs.aws.amazon.com/personalize/latest/dg/API_DescribeRecipe.html */
export const describeRecipe = operation('DescribeRecipe', async (_services, { recipeArn }) => {
  const found = recipe(recipeArn)
  return {
    recipe: {
      name: found.name,
      recipeArn,
      algorithmArn: found.algorithmArn,
      featureTransformationArn: found.featureTransformationArn,
      status: 'ACTIVE',
      description: found.description,
      creationDateTime: found.creationDateTime,
      recipeType: found.recipeType,
      lastUpdatedDateTime: found.lastUpdatedDateTime,
    },
  }
})
