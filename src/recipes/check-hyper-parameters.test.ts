import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { checkHyperParameters, type HyperParameterValues } from './check-hyper-parameters.ts'
import type { ParameterGroup, Recipe } from './recipe.ts'
import { recipe, recipes } from './recipes.ts'

const named = (name: string): Recipe => recipe(`arn:aws:personalize:::recipe/aws-${name}`)

describe('checkHyperParameters', () => {
  it('returns the defaults of parameters that are not set', () => {
    const all: readonly [recipe: string, group: ParameterGroup, defaults: HyperParameterValues][] = [
      ['user-personalization', 'algorithmHyperParameters', { hidden_dimension: 149, bptt: 32, recency_mask: true }],
      ['user-personalization', 'itemExplorationConfig', { explorationWeight: 0.3, explorationItemAgeCutOff: 30 }],
      ['trending-now', 'featureTransformationParameters', { trend_discovery_frequency: '2 hours' }],
      ['semantic-similarity', 'rankingInfluence', { POPULARITY: 0, FRESHNESS: 0 }],
      ['vod-top-picks', 'itemExplorationConfig', { explorationWeight: 0.3, explorationItemAgeCutOff: 30 }],
      ['popularity-count', 'algorithmHyperParameters', {}],
    ]
    for (const [name, group, defaults] of all) assert.deepEqual(checkHyperParameters(named(name), {}, group), defaults)
    assert.deepEqual(checkHyperParameters(named('sims')), {
      popularity_discount_factor: 0.5,
      min_cointeraction_count: 3,
    })
  })

  it('reads parameters that are set, up to both ends of their range', () => {
    const given = { hidden_dimension: '32', bptt: '32.0', recency_mask: 'False' }
    const values = { hidden_dimension: 32, bptt: 32, recency_mask: false }
    assert.deepEqual(checkHyperParameters(named('user-personalization'), given), values)
    for (const [text, value] of [
      ['0', 0],
      ['1.0', 1],
      ['.5', 0.5],
      ['1e-3', 0.001],
    ] as const) {
      const { popularity_discount_factor } = checkHyperParameters(named('sims'), { popularity_discount_factor: text })
      assert.equal(popularity_discount_factor, value)
    }
    const { POPULARITY } = checkHyperParameters(named('semantic-similarity'), { POPULARITY: 0.2 }, 'rankingInfluence')
    assert.equal(POPULARITY, 0.2)
  })

  it('accepts its own defaults, as DescribeAlgorithm shows them', () => {
    for (const recipe of recipes) {
      for (const group of Object.keys(recipe.parameters) as ParameterGroup[]) {
        const defaults = checkHyperParameters(recipe, {}, group)
        const shown = Object.fromEntries(Object.entries(defaults).map(([name, value]) => [name, String(value)]))
        assert.deepEqual(checkHyperParameters(recipe, shown, group), defaults)
      }
    }
  })

  const refused = (name: string, given: Record<string, string>, message: string, group?: ParameterGroup) =>
    assert.throws(() => checkHyperParameters(named(name), given, group), { code: 'InvalidInputException', message })

  it('refuses a percentile that begins above its end', () => {
    const group = 'featureTransformationParameters'
    const given = (least: string, most?: string) => ({
      min_user_history_length_percentile: least,
      ...(most && { max_user_history_length_percentile: most }),
    })
    const message = `${group}.min_user_history_length_percentile must not exceed max_user_history_length_percentile`
    refused('user-personalization', given('0.9', '0.5'), `${message}, got 0.9 and 0.5`, group)
    for (const some of [given('0.995', '1'), given('0.5', '0.5'), given('1')])
      assert.ok(checkHyperParameters(named('user-personalization'), some, group))
  })

  it('refuses a parameter that the recipe does not have, and names those that it has', () => {
    const has = 'aws-sims has no such parameter, only popularity_discount_factor, min_cointeraction_count, trainOn'
    for (const name of ['bptt', 'constructor', 'toString']) {
      refused('sims', { [name]: '2' }, `algorithmHyperParameters.${name}: ${has}`)
    }
    refused('sims', JSON.parse('{"__proto__":"2"}'), `algorithmHyperParameters.__proto__: ${has}`)
    const group = 'itemExplorationConfig'
    const none = `${group}.explorationWeight: aws-user-personalization-v2 has no such parameter, none at all`
    refused('user-personalization-v2', { explorationWeight: '1' }, none, group)
  })

  it('takes of each recipe of events how many it trains on at most', () => {
    assert.equal(checkHyperParameters(named('popularity-count'), { trainOn: '1000' }).trainOn, 1000)
    assert.equal(checkHyperParameters(named('sims'), { trainOn: '2e8' }).trainOn, 200_000_000)
    const right = 'an integer of 1000 or more; the default is as many as there is memory for'
    for (const trainOn of ['999', '1000.5', 'all', ''])
      refused('sims', { trainOn }, `algorithmHyperParameters.trainOn: "${trainOn}" is not ${right}`)
    const [group, none] = ['featureTransformationParameters', 'has no such parameter, none at all'] as const
    refused(
      'user-personalization-v2',
      { trainOn: '1000' },
      `${group}.trainOn: aws-user-personalization-v2 ${none}`,
      group,
    )
    const ofDomain =
      'algorithmHyperParameters.trainOn: aws-ecomm-recommended-for-you has no such parameter, none at all'
    refused('ecomm-recommended-for-you', { trainOn: '1000' }, ofDomain)
  })

  it('refuses a value that is no number or out of range, and names the range', () => {
    const path = 'algorithmHyperParameters'
    for (const bptt of ['', ' ', 'many', '0x10', 'Infinity', 'NaN', '2.5', '1', '33', '1e999']) {
      const right = `"${bptt}" is not an integer from 2 to 32; the default is 32`
      refused('user-personalization', { bptt }, `${path}.bptt: ${right}`)
    }
    for (const text of ['-0.1', '1.1', '0,5']) {
      const message = `${path}.popularity_discount_factor: "${text}" is not a number from 0 to 1; the default is 0.5`
      refused('sims', { popularity_discount_factor: text }, message)
    }
    const mask = `${path}.recency_mask: "yes" is not one of true, false; the default is true`
    refused('user-personalization', { recency_mask: 'yes' }, mask)
    refused(
      'user-personalization',
      { explorationItemAgeCutOff: '0' },
      'itemExplorationConfig.explorationItemAgeCutOff: "0" is not a number of 1 or more; the default is 30',
      'itemExplorationConfig',
    )
  })
})
