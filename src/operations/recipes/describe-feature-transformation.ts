import { recipesWith } from '../../recipes/recipes.ts'
import { operation } from '../operation.ts'
import { nameIn } from '../shared/arns.ts'
import { defaultsOf } from './defaults.ts'

/**
 * Describes a feature transformation, with the parameters that any of its recipes exposes. aws-popularity-count exposes
 * none of those that aws-sims exposes.
 * https://docs.aws.amazon.com/personalize/latest/dg/API_DescribeFeatureTransformation.html
 */
export const describeFeatureTransformation = operation(
  'DescribeFeatureTransformation',
  async (_services, { featureTransformationArn }) => {
    const recipes = recipesWith('featureTransformationArn', featureTransformationArn)
    const parameters = recipes.flatMap(recipe =>
      Object.entries(recipe.parameters.featureTransformationParameters ?? {}),
    )
    const [{ creationDateTime, lastUpdatedDateTime }] = recipes
    return {
      featureTransformation: {
        name: nameIn(featureTransformationArn),
        featureTransformationArn,
        defaultParameters: defaultsOf(Object.fromEntries(parameters)),
        creationDateTime,
        lastUpdatedDateTime,
        status: 'ACTIVE',
      },
    }
  },
)
