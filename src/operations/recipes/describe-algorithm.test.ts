import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { DescribeAlgorithmCommand } from '@aws-sdk/client-personalize'
import { assertRefused, INVALID } from '#test/refused.ts'
import { startTestServer, type TestServer } from '#test/server.ts'

describe('DescribeAlgorithm', () => {
  let server: TestServer
  before(async () => {
    server = await startTestServer()
  })
  after(() => server[Symbol.asyncDispose]())

  const describeAlgorithm = async (algorithmArn: string) =>
    (await server.personalize.send(new DescribeAlgorithmCommand({ algorithmArn }))).algorithm!

  it('shows an algorithm, its hyperparameters and their ranges', async () => {
    assert.deepEqual(await describeAlgorithm('arn:aws:personalize:::algorithm/aws-user-personalization'), {
      name: 'aws-user-personalization',
      algorithmArn: 'arn:aws:personalize:::algorithm/aws-user-personalization',
      defaultHyperParameters: { hidden_dimension: '149', bptt: '32', recency_mask: 'true' },
      defaultHyperParameterRanges: {
        integerHyperParameterRanges: [
          { name: 'hidden_dimension', minValue: 32, maxValue: 256, isTunable: true },
          { name: 'bptt', minValue: 2, maxValue: 32, isTunable: true },
        ],
        continuousHyperParameterRanges: [],
        categoricalHyperParameterRanges: [{ name: 'recency_mask', values: ['true', 'false'], isTunable: true }],
      },
      creationDateTime: new Date('2019-06-10'),
      lastUpdatedDateTime: new Date('2024-06-19T16:47:19.191Z'),
    })
  })

  it('shows one whose hyperparameters are continuous, and one that has none', async () => {
    const { defaultHyperParameterRanges } = await describeAlgorithm('arn:aws:personalize:::algorithm/aws-similar-items')
    assert.deepEqual(defaultHyperParameterRanges!.continuousHyperParameterRanges, [
      { name: 'popularity_discount_factor', minValue: 0, maxValue: 1, isTunable: false },
    ])
    const { name, defaultHyperParameters } = await describeAlgorithm(
      'arn:aws:personalize:::algorithm/aws-trending-now-custom',
    )
    assert.deepEqual([name, defaultHyperParameters], ['aws-trending-now-custom', {}])
  })

  it('refuses an ARN that does not exist', async () => {
    const message =
      /^The given algorithm does not exist: arn:aws:personalize:::algorithm\/aws-trending-now; is it arn:\S+-now-custom\?$/
    const described = describeAlgorithm('arn:aws:personalize:::algorithm/aws-trending-now')
    await assertRefused(described, ['ResourceNotFoundException', 400], message)
    await assertRefused(describeAlgorithm('aws-sims'), INVALID, /'algorithmArn' failed/)
  })
})
