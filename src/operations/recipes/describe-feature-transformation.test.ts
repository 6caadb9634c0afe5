import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { DescribeFeatureTransformationCommand } from '@aws-sdk/client-personalize'
import { assertRefused, INVALID } from '#test/refused.ts'
import { startTestServer, type TestServer } from '#test/server.ts'

describe('DescribeFeatureTransformation', () => {
  let server: TestServer
  before(async () => {
    server = await startTestServer()
  })
  after(() => server[Symbol.asyncDispose]())

  const describeIt = async (featureTransformationArn: string) => {
    const command = new DescribeFeatureTransformationCommand({ featureTransformationArn })
    return (await server.personalize.send(command)).featureTransformation!
  }

  it('shows a feature transformation and its parameters', async () => {
    assert.deepEqual(await describeIt('arn:aws:personalize:::feature-transformation/sims'), {
      name: 'sims',
      featureTransformationArn: 'arn:aws:personalize:::feature-transformation/sims',
      defaultParameters: {
        min_user_history_length_percentile: '0.005',
        max_user_history_length_percentile: '0.995',
        min_item_interaction_count_percentile: '0.01',
        max_item_interaction_count_percentile: '0.9',
      },
      creationDateTime: new Date('2019-06-10'),
      lastUpdatedDateTime: new Date('2024-06-19T16:47:19.191Z'),
      status: 'ACTIVE',
    })
  })

  it('refuses an ARN that does not exist', async () => {
    const arn = 'arn:aws:personalize:::feature-transformation/aws-sims'
    const message = new RegExp(`^The given feature transformation does not exist: ${arn}; is it arn:\\S+/sims\\?$`)
    await assertRefused(describeIt(arn), ['ResourceNotFoundException', 400], message)
    await assertRefused(describeIt('sims'), INVALID, /'featureTransformationArn' failed/)
  })
})
