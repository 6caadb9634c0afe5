import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { campaignInput, draftOf } from './campaign-draft.ts'
import { recipeOf } from './recipe-uses.ts'

const solutionArn = 'arn:aws:personalize:us-east-1:000000000000:solution/a'
const [old, newer] = [`${solutionArn}/00000001`, `${solutionArn}/00000002`] as const
const recipe = recipeOf('aws-user-personalization')
const known = { campaign: undefined, solutionArn, versionArn: newer, recipe }

describe('the settings of a campaign', () => {
  it('leave out of a new one what is not set', () => {
    assert.deepEqual(campaignInput({ ...draftOf(undefined), name: 'home' }, known), {
      name: 'home',
      solutionVersionArn: newer,
    })
  })

  it('name the latest version of the solution where the campaign follows it', () => {
    const draft = { ...draftOf(undefined), name: 'home', follows: true, explores: { explorationWeight: '0.1' } }
    assert.deepEqual(campaignInput(draft, known), {
      name: 'home',
      solutionVersionArn: `${solutionArn}/$LATEST`,
      campaignConfig: { itemExplorationConfig: { explorationWeight: '0.1' }, syncWithLatestSolutionVersion: true },
    })
  })

  it('keep in a change what the form does not show, and take back what was cleared', () => {
    const campaignConfig = {
      enableMetadataWithRecommendations: true,
      syncWithLatestSolutionVersion: true,
      itemExplorationConfig: { explorationWeight: '0.2' },
    }
    const campaign = { name: 'home', campaignArn: 'arn:c', solutionVersionArn: old, campaignConfig }
    const draft = draftOf(campaign)
    assert.deepEqual([draft.follows, draft.explores, draft.versionArn], [true, { explorationWeight: '0.2' }, old])
    const changed = { ...draft, follows: false, explores: { explorationWeight: '' } }
    assert.deepEqual(campaignInput(changed, { ...known, campaign, versionArn: old }), {
      campaignArn: 'arn:c',
      solutionVersionArn: old,
      campaignConfig: { enableMetadataWithRecommendations: true },
    })
  })

  it('are sent empty where the last of them is taken back, since a config replaces the one before', () => {
    const campaign = { name: 'home', campaignArn: 'arn:c', campaignConfig: { syncWithLatestSolutionVersion: true } }
    const changed = { ...draftOf(campaign), follows: false }
    assert.deepEqual(campaignInput(changed, { ...known, campaign }), {
      campaignArn: 'arn:c',
      solutionVersionArn: newer,
      campaignConfig: {},
    })
  })
})
