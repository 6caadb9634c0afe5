import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { SolutionConfig } from '../../contract/generated/types.ts'
import type { Family, TrainingData } from '../families/family.ts'
import { searchHyperparameters } from './hyperparameter-search.ts'
import { planOf } from './plan.ts'

const METRIC = 'normalized_discounted_cumulative_gain_at_25'

/** A search whose trainings are as good as `quality` says of their hyperparameters. */
async function searched(
  hpoConfig: SolutionConfig['hpoConfig'],
  quality: (parameters: Readonly<Record<string, unknown>>) => number,
  { recipe = 'aws-sims', tunes = ['popularity_discount_factor', 'min_cointeraction_count'], metric = METRIC } = {},
) {
  const trainings: Readonly<Record<string, unknown>>[] = []
  const family: Family = {
    tunes,
    train({ plan: { parameters } }) {
      trainings.push(parameters)
      return { state: {}, metrics: { [metric]: quality(parameters) } }
    },
    open() {
      throw new Error('nothing is asked')
    },
  }
  const recipeArn = `arn:aws:personalize:::recipe/${recipe}`
  const plan = planOf({ recipeArn, datasetGroupArn: 'group', solutionConfig: { hpoConfig } })
  const found = await searchHyperparameters(family, { plan, seed: 1, report() {} } as unknown as TrainingData)
  return { trainings, found, usual: plan.parameters }
}

describe('a search for hyperparameters', () => {
  it('tries the defaults first, and takes the best of what it tried', async () => {
    const { trainings, found, usual } = await searched({}, ({ popularity_discount_factor }) =>
      Number(popularity_discount_factor),
    )
    assert.deepEqual(trainings[0], usual)
    const best = Math.max(...trainings.map(({ popularity_discount_factor }) => Number(popularity_discount_factor)))
    assert.equal(found.metrics[METRIC], best)
    assert.equal(found.tuned.popularity_discount_factor, String(best))
  })

  it('is never worse than the defaults', async () => {
    let first: unknown
    const { found, usual } = await searched({}, parameters => {
      first ??= parameters
      return parameters === first ? 1 : 0
    })
    assert.equal(found.metrics[METRIC], 1)
    assert.equal(found.tuned.popularity_discount_factor, String(usual.popularity_discount_factor))
  })

  it('looks for the least where the objective says so', async () => {
    const hpoObjective = { type: 'MINIMIZE', metricName: 'coverage' }
    const { trainings, found } = await searched(
      { hpoObjective },
      ({ popularity_discount_factor }) => Number(popularity_discount_factor),
      { metric: 'coverage' },
    )
    const least = Math.min(...trainings.map(({ popularity_discount_factor }) => Number(popularity_discount_factor)))
    assert.equal(found.metrics.coverage, least)
  })

  it('stays within the ranges of the solution, the defaults too, and makes no training twice', async () => {
    const algorithmHyperParameterRanges = {
      continuousHyperParameterRanges: [{ name: 'popularity_discount_factor', minValue: 0.6, maxValue: 0.7 }],
      integerHyperParameterRanges: [{ name: 'min_cointeraction_count', minValue: 1, maxValue: 1 }],
    }
    const { trainings } = await searched({ algorithmHyperParameterRanges }, () => 0)
    assert.equal(trainings[0]!.popularity_discount_factor, 0.6)
    for (const { popularity_discount_factor: d, min_cointeraction_count: n } of trainings) {
      assert.ok(Number(d) >= 0.6 && Number(d) <= 0.7)
      assert.equal(n, 1)
    }
    assert.equal(new Set(trainings.map(parameters => JSON.stringify(parameters))).size, trainings.length)
  })

  it('knows a range by the name that the service shows for it', async () => {
    const integerHyperParameterRanges = [{ name: 'training.min_cointeraction_count', minValue: 7, maxValue: 7 }]
    const { trainings } = await searched({ algorithmHyperParameterRanges: { integerHyperParameterRanges } }, () => 0)
    assert.ok(trainings.every(({ min_cointeraction_count }) => min_cointeraction_count === 7))
  })

  it('makes as many trainings as it may, ten at most, and one where nothing makes a difference', async () => {
    const count = async (maxNumberOfTrainingJobs?: string, tunes?: string[]) => {
      const hpoResourceConfig = maxNumberOfTrainingJobs === undefined ? undefined : { maxNumberOfTrainingJobs }
      return (await searched({ hpoResourceConfig }, () => 0, tunes && { tunes })).trainings.length
    }
    assert.equal(await count('3'), 3)
    assert.equal(await count('40'), 10)
    assert.equal(await count(), 10)
    assert.equal(await count('5', []), 1)
  })

  it('is the same for the same seed', async () => {
    assert.deepEqual((await searched({}, () => 0)).trainings, (await searched({}, () => 0)).trainings)
  })
})
