import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { TestServices } from '#test/services.ts'
import { addDataset, createGroup, openIdleServices } from '#test/solutions.ts'
import type { CreateMetricAttributionRequest, MetricAttribute } from '../../contract/generated/types.ts'
import { deleteDatasetGroup } from '../dataset-groups/delete-dataset-group.ts'
import { deleteDataset } from '../datasets/delete-dataset.ts'
import { createMetricAttribution } from './create-metric-attribution.ts'
import { deleteMetricAttribution } from './delete-metric-attribution.ts'
import { describeMetricAttribution } from './describe-metric-attribution.ts'
import { listMetricAttributionMetrics } from './list-metric-attribution-metrics.ts'
import { listMetricAttributions } from './list-metric-attributions.ts'
import { updateMetricAttribution } from './update-metric-attribution.ts'

const roleArn = 'arn:aws:iam::000000000000:role/personalize'
const metricsOutputConfig = { roleArn, s3DataDestination: { path: 's3://b/metrics/' } }
const metric = (metricName: string, expression = 'SAMPLECOUNT()'): MetricAttribute => ({
  eventType: 'buy',
  metricName,
  expression,
})

describe('metric attributions', () => {
  let services: TestServices
  let datasetGroupArn: string
  before(async () => {
    services = await openIdleServices()
    datasetGroupArn = await createGroup(services, 'shop')
  })
  after(() => services[Symbol.asyncDispose]())

  const create = async (name: string, more: Partial<CreateMetricAttributionRequest> = {}) => {
    const input = { name, datasetGroupArn, metrics: [metric('sales')], metricsOutputConfig, ...more }
    return (await createMetricAttribution.run(services, input)).metricAttributionArn!
  }
  const remove = (metricAttributionArn: string) => deleteMetricAttribution.run(services, { metricAttributionArn })
  const metricsOf = async (metricAttributionArn: string) =>
    (await listMetricAttributionMetrics.run(services, { metricAttributionArn })).metrics!
  const invalid = (message: RegExp) => ({ name: 'InvalidInputException', message })

  describe('CreateMetricAttribution', () => {
    it('creates it, ACTIVE at once; its description leaves the metrics out', async () => {
      const metrics = [
        metric('sales'),
        metric('income', 'SUM(Items.PRICE)'),
        metric('value', 'SUM(Interactions.EVENT_VALUE)'),
      ]
      const metricAttributionArn = await create('impact', { metrics })
      assert.equal(metricAttributionArn, 'arn:aws:personalize:us-east-1:000000000000:metric-attribution/impact')
      const described = await describeMetricAttribution.run(services, { metricAttributionArn })
      const { creationDateTime, lastUpdatedDateTime, ...rest } = described.metricAttribution!
      const shown = { name: 'impact', metricAttributionArn, datasetGroupArn, metricsOutputConfig, status: 'ACTIVE' }
      assert.deepEqual(rest, shown)
      assert.deepEqual(await metricsOf(metricAttributionArn), metrics)
      await remove(metricAttributionArn)
    })

    it('refuses a second in a dataset group', async () => {
      const arn = await create('only')
      const message = `The dataset group has a metric attribution already: ${arn}`
      await assert.rejects(create('second'), { name: 'ResourceAlreadyExistsException', message })
      await remove(arn)
    })

    it('refuses metrics that cannot be computed', async () => {
      const refused = [
        [metric('m', 'SUM(Items.CATEGORY_L1)'), /^metrics\.2\.member\.expression: CATEGORY_L1 must be an int, long/],
        [metric('m', 'SUM(Items.COLOR)'), /^metrics\.2\.member\.expression: there is no column COLOR; ITEMS has/],
        [metric('m', 'SUM(Users.AGE)'), /^metrics\.2\.member\.expression: "Users" at column 5: expected Items or/],
        [metric(''), /^metrics\.2\.member\.metricName must not be empty$/],
        [{ ...metric('m'), eventType: '' }, /^metrics\.2\.member\.eventType must not be empty$/],
      ] as const
      for (const [wrong, message] of refused) {
        await assert.rejects(create('wrong', { metrics: [metric('right'), wrong] }), invalid(message))
      }
      const exists = { name: 'ResourceAlreadyExistsException', message: 'There are two metrics with the name m.' }
      await assert.rejects(create('wrong', { metrics: [metric('m'), metric('m')] }), exists)
      const output = { roleArn, s3DataDestination: { path: 'https://b/c' } }
      await assert.rejects(
        create('wrong', { metricsOutputConfig: output }),
        invalid(/^Invalid Data location\. metricsOut/),
      )
    })

    it('needs interactions with event types', async () => {
      const group = await createGroup(services, 'early', { types: [] })
      const message = /^metrics: the dataset group must have a dataset of type INTERACTIONS with an EVENT_TYPE column$/
      await assert.rejects(create('early', { datasetGroupArn: group }), invalid(message))
      const string = (name: string) => ({ name, type: 'string' })
      const fields = [string('USER_ID'), string('ITEM_ID'), { name: 'TIMESTAMP', type: 'long' }]
      await addDataset(services, group, 'Interactions', undefined, fields)
      await assert.rejects(create('early', { datasetGroupArn: group }), invalid(message))
    })
  })

  describe('UpdateMetricAttribution', () => {
    it('removes metrics, adds others, and changes the output', async () => {
      const metricAttributionArn = await create('updated', { metrics: [metric('a'), metric('b')] })
      const added = metric('a', 'SUM(Items.STOCK)')
      const output = { roleArn }
      const change = { addMetrics: [added], removeMetrics: ['a'], metricsOutputConfig: output }
      await updateMetricAttribution.run(services, { metricAttributionArn, ...change })
      assert.deepEqual(await metricsOf(metricAttributionArn), [metric('b'), added])
      const { metricAttribution } = await describeMetricAttribution.run(services, { metricAttributionArn })
      assert.deepEqual(metricAttribution!.metricsOutputConfig, output)
      await remove(metricAttributionArn)
    })

    it('refuses a name that comes twice, an unknown name, and more than 10', async () => {
      const metrics = Array.from({ length: 9 }, (_, i) => metric(`m${i}`))
      const metricAttributionArn = await create('limits', { metrics })
      const update = (change: object) => updateMetricAttribution.run(services, { metricAttributionArn, ...change })
      const exists = { name: 'ResourceAlreadyExistsException', message: 'There are two metrics with the name m1.' }
      await assert.rejects(update({ addMetrics: [metric('m1')] }), exists)
      await assert.rejects(update({ removeMetrics: ['m9'] }), invalid(/^removeMetrics: there is no metric m9$/))
      const two = { addMetrics: [metric('x'), metric('y')] }
      await assert.rejects(update(two), invalid(/^addMetrics: there would be 11 metrics; the most is 10$/))
      await assert.rejects(
        update({ addMetrics: [metric('x', 'MAX()')] }),
        invalid(/^addMetrics\.1\.member\.expression/),
      )
      assert.deepEqual(await metricsOf(metricAttributionArn), metrics)
      await remove(metricAttributionArn)
    })
  })

  describe('ListMetricAttributionMetrics', () => {
    it('lists them page by page, and needs the ARN', async () => {
      const metricAttributionArn = await create('paged', { metrics: [metric('a'), metric('b'), metric('c')] })
      const list = (nextToken?: string) =>
        listMetricAttributionMetrics.run(services, { metricAttributionArn, maxResults: 2, nextToken })
      const first = await list()
      const second = await list(first.nextToken)
      const names = [first, second].map(({ metrics }) => metrics!.map(({ metricName }) => metricName))
      assert.deepEqual([names, second.nextToken], [[['a', 'b'], ['c']], undefined])
      await assert.rejects(list('x'), { name: 'InvalidNextTokenException' })
      const none = listMetricAttributionMetrics.run(services, {})
      await assert.rejects(none, invalid(/^metricAttributionArn is required$/))
      await remove(metricAttributionArn)
    })
  })

  describe('ListMetricAttributions', () => {
    it('lists the metric attribution of a dataset group, or all', async () => {
      const other = await createGroup(services, 'other')
      const arns = [await create('one'), await create('two', { datasetGroupArn: other })]
      const list = async (group?: string) =>
        (await listMetricAttributions.run(services, { datasetGroupArn: group })).metricAttributions!
      const [summary, ...more] = await list(other)
      const { creationDateTime, lastUpdatedDateTime, ...rest } = summary!
      assert.deepEqual([rest, more], [{ name: 'two', metricAttributionArn: arns[1], status: 'ACTIVE' }, []])
      assert.deepEqual(
        (await list()).map(({ name }) => name),
        ['one', 'two'],
      )
      for (const arn of arns) await remove(arn)
    })
  })

  describe('DeleteMetricAttribution', () => {
    it('deletes it; until then its dataset group and the datasets that it counts or sums cannot be deleted', async () => {
      const group = await createGroup(services, 'kept', { types: ['Interactions', 'Items', 'Users'] })
      const metrics = [metric('income', 'SUM(Items.PRICE)')]
      const arn = await create('kept', { datasetGroupArn: group, metrics })
      const removeDataset = (type: string) =>
        deleteDataset.run(services, { datasetArn: services.arns.of(`dataset/kept/${type}`) })
      for (const type of ['INTERACTIONS', 'ITEMS']) {
        const message = new RegExp(`${type} cannot be deleted while it is in use by: ${arn}$`)
        await assert.rejects(removeDataset(type), { name: 'ResourceInUseException', message })
      }
      await removeDataset('USERS')
      const removed = deleteDatasetGroup.run(services, { datasetGroupArn: group })
      await assert.rejects(removed, { name: 'ResourceInUseException', message: /metric-attribution\/kept/ })
      await remove(arn)
      const message = /^The given metric attribution does not exist: .*metric-attribution\/kept$/
      await assert.rejects(remove(arn), { name: 'ResourceNotFoundException', message })
    })
  })
})
