import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { unknownMember } from './unknown-members.ts'

const solution = { name: 'for-you', datasetGroupArn: 'arn:aws:personalize:::dataset-group/shop' }

describe('unknownMember', () => {
  it('finds a member that the model lacks, however deep', () => {
    assert.equal(unknownMember('CreateSolution', { ...solution, nam: 'x' })!.path, 'nam')
    const hpoConfig = { hpoResourceConfig: { jobs: '1' } }
    assert.deepEqual(unknownMember('CreateSolution', { ...solution, solutionConfig: { hpoConfig } }), {
      path: 'solutionConfig.hpoConfig.hpoResourceConfig.jobs',
      known: ['maxNumberOfTrainingJobs', 'maxParallelTrainingJobs'],
    })
    const tags = [
      { tagKey: 'a', tagValue: 'b' },
      { tagKey: 'a', value: 'b' },
    ]
    assert.equal(unknownMember('CreateSolution', { ...solution, tags })!.path, 'tags.2.value')
  })

  it('takes any key of a map', () => {
    const solutionConfig = { algorithmHyperParameters: { anything: '1' }, optimizationObjective: null }
    assert.equal(unknownMember('CreateSolution', { ...solution, solutionConfig }), undefined)
  })

  it('takes no name of an object’s own methods for a member', () => {
    assert.equal(unknownMember('CreateSolution', { ...solution, constructor: 'x' })!.path, 'constructor')
  })
})
