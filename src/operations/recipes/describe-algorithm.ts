import type { DefaultHyperParameterRanges } from '../../contract/generated/types.ts'
import type { NumberParameter, Parameters } from '../../recipes/parameters.ts'
import { recipesWith } from '../../recipes/recipes.ts'
import { operation } from '../operation.ts'
import { nameIn } from '../shared/arns.ts'
import { defaultsOf } from './defaults.ts'

/**
 * Describes the algorithm of a recipe, with its hyperparameters. It runs in this process, so it has no image, role or
 * resources. https://docs.aws.amazon.com/personalize/latest/dg/API_DescribeAlgorithm.html
 */
export const describeAlgorithm = operation('DescribeAlgorithm', async (_services, { algorithmArn }) => {
  const [{ parameters, creationDateTime, lastUpdatedDateTime }] = recipesWith('algorithmArn', algorithmArn)
  const hyperParameters = parameters.algorithmHyperParameters ?? {}
  return {
    algorithm: {
      name: nameIn(algorithmArn),
      algorithmArn,
      defaultHyperParameters: defaultsOf(hyperParameters),
      defaultHyperParameterRanges: rangesOf(hyperParameters),
      creationDateTime,
      lastUpdatedDateTime,
    },
  }
})

function rangesOf(parameters: Parameters): DefaultHyperParameterRanges {
  const all = Object.entries(parameters)
  const numbers = (kind: NumberParameter['kind']) =>
    all.flatMap(([name, parameter]) => {
      if (parameter.kind !== kind || !('range' in parameter)) return []
      const [minValue, maxValue] = parameter.range
      return [{ name, minValue, maxValue, isTunable: parameter.isTunable }]
    })
  const words = all.flatMap(([name, parameter]) =>
    'values' in parameter ? [{ name, values: parameter.values.map(String), isTunable: parameter.isTunable }] : [],
  )
  return {
    integerHyperParameterRanges: numbers('integer'),
    continuousHyperParameterRanges: numbers('continuous'),
    categoricalHyperParameterRanges: words,
  }
}
