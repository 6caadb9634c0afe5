import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { TestServices } from '#test/services.ts'
import { createGroup, openIdleServices, solutionIn, versionOf } from '#test/solutions.ts'
import type { Event, MetricAttribute } from '../contract/generated/types.ts'
import { createCampaign } from '../operations/campaigns/create-campaign.ts'
import { createEventTracker } from '../operations/event-trackers/create-event-tracker.ts'
import { putEvents } from '../operations/events/put-events.ts'
import { putItems } from '../operations/items/put-items.ts'
import { recommendationIdOf } from '../operations/recommendations/recommendation-id.ts'
import { createResource } from '../operations/shared/resources.ts'
import { measure } from './measure-stored.ts'
import { markOf } from './sources.ts'

const MINUTE = 60_000
const NOON = Date.parse('2030-01-31T12:00:00Z')

describe('measure', () => {
  let services: TestServices
  let datasetGroupArn: string
  let trackingId: string
  let campaignArn: string
  before(async () => {
    services = await openIdleServices()
    datasetGroupArn = await createGroup(services, 'shop')
    trackingId = (await createEventTracker.run(services, { name: 'web', datasetGroupArn })).trackingId!
    const { arn: solutionVersionArn } = await versionOf(services, await solutionIn(services, datasetGroupArn, 'news'))
    campaignArn = (await createCampaign.run(services, { name: 'home', solutionVersionArn })).campaignArn!
    const item = (itemId: string, price: number) => ({
      itemId,
      properties: JSON.stringify({ categoryL1: 'x', price, ...(itemId === 'tea' && { stock: 7 }) }),
    })
    const datasetArn = services.arns.of('dataset/shop/ITEMS')
    await putItems.run(services, { datasetArn, items: [item('tea', 0.1), item('cup', 0.2)] })
  })
  after(() => services[Symbol.asyncDispose]())

  let users = 0
  /** Puts events of a new user, `minutes` after noon. */
  const put = (minutes: number, ...events: readonly Partial<Event>[]) => {
    const sentAt = (NOON + minutes * MINUTE) / 1000
    const eventList = events.map(event => ({ sentAt, itemId: 'tea', eventType: 'buy', ...event }))
    return putEvents.run(services, { trackingId, userId: `u${++users}`, sessionId: 's', eventList })
  }
  const from = (eventAttributionSource: string) => ({ metricAttribution: { eventAttributionSource } })
  const metric = (eventType: string, expression: string): MetricAttribute => ({
    metricName: `${eventType} ${expression}`,
    eventType,
    expression,
  })
  /** The values of metrics in the hours after noon, as `minute source value`. */
  const measured = async (metrics: readonly MetricAttribute[], { hours = [0, 1], window = 15 } = {}) => {
    const [first, last] = hours.map(hour => NOON + hour * 60 * MINUTE)
    const time = { from: first!, to: last!, windowMs: window * MINUTE }
    const { values } = await measure(services.store, { parent: datasetGroupArn, document: { metrics } }, time)
    return values.map(({ time, source, value }) => `${(time - NOON) / MINUTE} ${source} ${value}`)
  }

  it('counts the events of a type by source, in windows of 15 minutes, the newest first', async () => {
    await put(0, from('mail'), { ...from('mail'), itemId: 'cup' }, from('ads'))
    await put(14.9, from('mail'), { ...from('mail'), eventType: 'view' })
    await put(15, from('mail'))
    const count = [metric('buy', 'SAMPLECOUNT()')]
    assert.deepEqual(await measured(count), ['15 mail 1', '0 ads 1', '0 mail 3'])
    assert.deepEqual(await measured(count, { window: 60 }), ['0 ads 1', '0 mail 4'])
    assert.deepEqual(await measured([metric('view', 'SAMPLECOUNT()')]), ['0 mail 1'])
    assert.deepEqual(await measured([metric('Buy', 'SAMPLECOUNT()')]), [])
  })

  it('leaves out events outside the times, but counts those that repeat an eventId', async () => {
    await put(300, from('a'), { ...from('a'), itemId: 'cup', eventId: 'once' })
    await put(301, { ...from('a'), eventId: 'once' })
    const count = [metric('buy', 'SAMPLECOUNT()')]
    assert.deepEqual(await measured(count, { hours: [5, 6] }), ['300 a 3'])
    assert.deepEqual(await measured(count, { hours: [4, 5] }), [])
  })

  it('sums up a column of the items or of the events, if they have a value', async () => {
    const events = [{ eventValue: 3 }, { itemId: 'cup', eventValue: 0.5 }, { itemId: 'unknown' }]
    await put(600, ...events.map(event => ({ ...event, ...from('a') })))
    const hours = [10, 11]
    const sum = (column: string) => measured([metric('buy', `SUM(${column})`)], { hours })
    assert.deepEqual(await sum('Items.PRICE'), ['600 a 0.3'])
    assert.deepEqual(await sum('Items.STOCK'), ['600 a 7'])
    assert.deepEqual(await sum('Interactions.EVENT_VALUE'), ['600 a 3.5'])
    assert.deepEqual(await sum('items.price'), ['600 a 0.3'])
    assert.deepEqual(await sum('interactions.eventValue'), ['600 a 3.5'])
    const three = [metric('buy', 'SAMPLECOUNT()'), metric('view', 'SAMPLECOUNT()'), metric('buy', 'SUM(Items.PRICE)')]
    assert.deepEqual(await measured(three, { hours }), ['600 a 3', '600 a 0.3'])
  })

  it('says why a metric has no value', async () => {
    await put(1200, { eventValue: 3, ...from('a') })
    const notesOf = async (metrics: readonly MetricAttribute[], hours = [20, 21]) => {
      const [first, last] = hours.map(hour => NOON + hour * 60 * MINUTE)
      const time = { from: first!, to: last!, windowMs: 15 * MINUTE }
      return (await measure(services.store, { parent: datasetGroupArn, document: { metrics } }, time)).notes
    }
    const [bought, misspelt] = [metric('buy', 'SAMPLECOUNT()'), metric('Buy', 'SAMPLECOUNT()')]
    assert.deepEqual(await notesOf([bought]), [])
    const [unmet] = await notesOf([bought, misspelt])
    assert.match(unmet!, /^no event has the type "Buy"; there are (.*, )?"buy".* \(imported events count only if/)
    assert.deepEqual(await notesOf([bought], [80, 81]), [
      'buy SAMPLECOUNT(): no event buy is of this time; the newest is of 2030-02-01T08:00:00.000Z',
    ])
    await put(1300, { itemId: 'unknown', ...from('a') })
    assert.deepEqual(await notesOf([metric('buy', 'SUM(Items.PRICE)')], [21, 22]), [
      'buy SUM(Items.PRICE): of 1 events buy none has a value for SUM(Items.PRICE)',
    ])
    const parent = await createGroup(services, 'silent')
    const document = { metrics: [bought] }
    const { notes } = await measure(services.store, { parent, document }, { from: 0, to: NOON, windowMs: 15 * MINUTE })
    assert.deepEqual(notes, [
      'there are no events that metrics count: imported events count only if their import is INCREMENTAL or publishes metrics to S3',
    ])
  })

  it('finds the campaign or the recommender by the recommendationId alone', async () => {
    const recommenderArn = services.arns.of('recommender/top')
    const recommender = { kind: 'recommender', arn: recommenderArn, parent: datasetGroupArn } as const
    await createResource(services.store, { ...recommender, status: 'ACTIVE', document: {} })
    const given = (arn: string) => recommendationIdOf(markOf(arn))
    await put(900, { recommendationId: given(campaignArn) }, { recommendationId: given(recommenderArn) })
    const both = { recommendationId: given(campaignArn), ...from('mail') }
    await put(900, { recommendationId: given(campaignArn) }, both)
    const elsewhere = await createGroup(services, 'elsewhere')
    const { arn: solutionVersionArn } = await versionOf(services, await solutionIn(services, elsewhere, 'other'))
    const other = await createCampaign.run(services, { name: 'other', solutionVersionArn })
    await put(900, { recommendationId: given(other.campaignArn!) })
    await put(900, {}, { recommendationId: 'RID-12345678-1234-1234-1234-abcdefghijkl' })
    await put(900, { recommendationId: given(services.arns.of('campaign/deleted')) })
    assert.deepEqual(await measured([metric('buy', 'SAMPLECOUNT()')], { hours: [15, 16] }), [
      '900 SOURCE_NAME_UNDEFINED 4',
      `900 ${campaignArn} 2`,
      `900 ${recommenderArn} 1`,
      '900 mail 1',
    ])
  })
})
