import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { ActionInteraction, Event } from '../contract/generated/types.ts'
import { compileInteractionRules } from './interaction.ts'
import type { UnknownKeys } from './properties.ts'
import { parseSchema } from './schema.ts'

type AvroField = { readonly name: string; readonly type: unknown; readonly categorical?: boolean }
const rules = (name: string, ...more: AvroField[]) => rulesWhere('ignore', name, ...more)
const rulesWhere = (unknownKeys: UnknownKeys, name: string, ...more: AvroField[]) => {
  const ids = ['USER_ID', name === 'Interactions' ? 'ITEM_ID' : 'ACTION_ID'].map(id => ({ name: id, type: 'string' }))
  const fields = [...ids, { name: 'TIMESTAMP', type: 'long' }, ...more]
  return compileInteractionRules(parseSchema(JSON.stringify({ type: 'record', name, fields })), unknownKeys)
}
const EVENT_TYPE = { name: 'EVENT_TYPE', type: 'string' }
const EVENT_VALUE = { name: 'EVENT_VALUE', type: ['null', 'float'] }
const NUM_RATINGS = { name: 'NUM_RATINGS', type: ['null', 'int'] }
const DEVICE = { name: 'DEVICE', type: ['null', 'string'], categorical: true }
const at = 'eventList.2.member'

describe('PutEvents', () => {
  const full = rules('Interactions', EVENT_TYPE, EVENT_VALUE, NUM_RATINGS, DEVICE)
  const click: Event = { eventType: 'click', sentAt: 1553631760, itemId: 'choc-panama' }
  const read = (event: Partial<Event>, { parseEvent } = full) =>
    parseEvent(at, { userId: 'user555', sessionId: 'session1', event: { ...click, ...event } })
  const refuses = (event: Partial<Event>, message: string | RegExp, of = full) =>
    assert.throws(() => read(event, of), { name: 'InvalidInputException', message })

  it('reads an event', () => {
    const event = { eventId: 'event1', eventValue: 4, properties: '{"numRatings": "12", "device": "phone|"}' }
    assert.deepEqual(read(event), {
      userId: 'user555',
      anonymous: false,
      sessionId: 'session1',
      itemId: 'choc-panama',
      timestampMs: 1553631760000,
      eventType: 'click',
      eventId: 'event1',
      eventValue: 4,
      details: '{"NUM_RATINGS":12,"DEVICE":"phone"}',
    })
  })

  it('takes the session for the user who is not known', () => {
    const { userId, anonymous } = full.parseEvent(at, { sessionId: 'session1', event: click })
    assert.deepEqual([userId, anonymous], ['session1', true])
  })

  it("reads the guide's older samples, with the item and the value inside properties", () => {
    const properties = '{"itemId": "movie_ten", "eventValue": "4", "numRatings": "13"}'
    const { itemId, eventValue, details } = read({ itemId: undefined, properties })
    assert.deepEqual([itemId, eventValue, details], ['movie_ten', 4, '{"NUM_RATINGS":13}'])
  })

  it('refuses an item or a value that differs inside properties', () => {
    const rest = 'must be as it is beside properties, or absent'
    refuses({ properties: '{"itemId": "other"}' }, `${at}.properties: itemId ${rest}`)
    refuses({ eventValue: 4, properties: '{"eventValue": "5"}' }, `${at}.properties: eventValue ${rest}`)
    const same = read({
      eventValue: 4,
      properties: '{"itemId": "choc-panama", "EVENT_VALUE": "4.0", "numRatings": null}',
    })
    assert.deepEqual([same.itemId, same.eventValue, same.details], ['choc-panama', 4, ''])
    assert.equal(read({ eventValue: 4, properties: '{"eventValue": null}' }).eventValue, 4)
  })

  it('refuses an event without an item', () => {
    refuses({ itemId: undefined }, `${at}: itemId must be given, having no null type in the schema`)
    refuses(
      { itemId: undefined, properties: '{"itemId": ""}' },
      /^eventList.2.member.properties: itemId must not be empty/,
    )
  })

  it('refuses inside properties what the API has beside them', () => {
    for (const key of ['userId', 'sessionId', 'eventType', 'timestamp', 'recommendationId', 'impression', 'TIMESTAMP'])
      refuses(
        { properties: `{"${key}": "1"}` },
        `${at}.properties: ${key === 'TIMESTAMP' ? 'timestamp' : key} is not allowed inside properties: it comes from beside them`,
      )
  })

  it('refuses a property that is no field, where it is to', () => {
    const strict = rulesWhere('refuse', 'Interactions', EVENT_TYPE, EVENT_VALUE, NUM_RATINGS, DEVICE)
    refuses(
      { properties: '{"colour": "red"}' },
      `${at}.properties: "colour" is not a field of the schema, which has itemId, eventValue, numRatings, device, eventAttributionSource`,
      strict,
    )
  })

  it('leaves out properties that are no field, as Amplify and shop plugins send them, and tells of each', () => {
    const { parseEvent } = rules('Interactions')
    for (const [properties, expected] of [
      ['{"itemId":"593","duration":597,"eventValue":0.2336}', ['duration']],
      ['{"buyerMail":"none","itemId":"593","kindOfItem":"simple","eventValue":0.2336}', ['buyerMail', 'kindOfItem']],
    ] as const) {
      const leftOut: string[] = []
      const event = { eventType: 'checkout', sentAt: 1700000000, properties }
      const { itemId, eventValue, details } = parseEvent(at, { sessionId: 's', event }, leftOut)
      assert.deepEqual({ itemId, eventValue, details }, { itemId: '593', eventValue: 0.2336, details: '' })
      assert.deepEqual(leftOut, expected)
    }
  })

  it('names what came instead of the item', () => {
    const missing = `${at}: itemId must be given, having no null type in the schema`
    refuses(
      { itemId: undefined, properties: '{"item_idd": "17"}' },
      `${missing}; not fields of the schema are "item_idd" (is it itemId?)`,
    )
  })

  it('keeps what the API has a member for, without a field in the schema', () => {
    const event = {
      eventType: 'eventTypePlaceholder',
      eventValue: 0.5,
      impression: ['a', 'b', 'c'],
      recommendationId: 'RID-1',
      metricAttribution: { eventAttributionSource: 'thirdParty' },
    }
    const { eventType, eventValue, details } = read(event, rules('Interactions'))
    assert.deepEqual([eventType, eventValue], ['eventTypePlaceholder', 0.5])
    assert.equal(details, '{"IMPRESSION":"a|b|c","RECOMMENDATION_ID":"RID-1","EVENT_ATTRIBUTION_SOURCE":"thirdParty"}')
  })

  it('fills a SESSION_ID of the schema, which AWS samples have, from the session', () => {
    for (const name of ['SESSION_ID', 'sessionId'])
      assert.equal(read({}, rules('Interactions', { name, type: 'string' })).details, `{"${name}":"session1"}`)
  })

  it('refuses an event without a field that has no null type', () => {
    const strict = rules('Interactions', { name: 'EVENT_VALUE', type: 'float' }, { ...DEVICE, type: 'string' })
    refuses({}, `${at}: eventValue, device must be given, having no null type in the schema`, strict)
  })

  it('takes an event without an impression where the schema has no null for it, as AWS samples do', () => {
    const shown = rules('Interactions', EVENT_TYPE, { name: 'IMPRESSION', type: 'string' })
    assert.equal(read({}, shown).details, '')
    assert.equal(read({ impression: ['a', 'b'] }, shown).details, '{"IMPRESSION":"a|b"}')
  })

  it('limits impressions to 1000 characters', () => {
    const impression = Array.from({ length: 25 }, () => 'x'.repeat(40))
    refuses({ impression }, `${at}.impression: Length cannot be more than 1000 characters for IMPRESSION, got 1024`)
  })

  it('refuses an item of an impression that has what separates them', () => {
    refuses(
      { impression: ['c', 'a|b'] },
      `${at}.impression.2.member must not contain |, which separates the items of an impression`,
    )
  })

  it('takes a source of as many characters as the API does', () => {
    const source = (length: number) => ({ metricAttribution: { eventAttributionSource: 'x'.repeat(length) } })
    assert.equal(read(source(1024)).details, `{"EVENT_ATTRIBUTION_SOURCE":"${'x'.repeat(1024)}"}`)
    refuses(source(1025), /more than 1024 characters/)
  })

  it('reads sentAt in seconds, with a fraction', () => {
    assert.equal(read({ sentAt: 1553631760.1234 }).timestampMs, 1553631760123)
    assert.equal(read({ sentAt: 0 }).timestampMs, 0)
  })

  it('refuses milliseconds and times before 1970', () => {
    refuses(
      { sentAt: 1553631760999 },
      `${at}.sentAt must be in seconds since 1970, such as 1553631760, got 1553631760999, which looks like milliseconds`,
    )
    assert.equal(read({ sentAt: 99_999_999_999 }).timestampMs, 99_999_999_999_000)
    refuses({ sentAt: 100_000_000_000 }, /which looks like milliseconds/)
    refuses({ sentAt: -1 }, `${at}.sentAt must not be before 1970, got -1`)
  })
})

describe('PutActionInteractions', () => {
  const { parseActionInteraction } = rules('ActionInteractions', EVENT_TYPE, {
    name: 'NUMBER_OF_ACTIONS',
    type: ['null', 'int'],
  })
  const taken: ActionInteraction = {
    actionId: 'enroll',
    sessionId: 'session1',
    timestamp: 1586731606,
    eventType: 'Taken',
  }
  const read = (more: Partial<ActionInteraction>) =>
    parseActionInteraction('actionInteractions.1.member', { ...taken, ...more })

  it('reads an action interaction', () => {
    const properties = '{"numberOfActions": "12"}'
    assert.deepEqual(
      read({ userId: 'user1', eventId: 'event1', recommendationId: 'RID-1', impression: ['a', 'b'], properties }),
      {
        userId: 'user1',
        anonymous: false,
        sessionId: 'session1',
        itemId: 'enroll',
        timestampMs: 1586731606000,
        eventType: 'Taken',
        eventId: 'event1',
        eventValue: null,
        details: '{"NUMBER_OF_ACTIONS":12,"IMPRESSION":"a|b","RECOMMENDATION_ID":"RID-1"}',
      },
    )
  })

  it('takes the event types of the guide in its spellings, as sent', () => {
    for (const eventType of ['Viewed', 'TAKEN', 'Not Taken', 'Not taken', 'NOT_TAKEN'])
      assert.equal(read({ eventType }).eventType, eventType)
    assert.throws(() => read({ eventType: 'Clicked' }), {
      message: 'actionInteractions.1.member.eventType must be Viewed, Taken or Not Taken, got "Clicked"',
    })
  })

  it('names the timestamp when it is in milliseconds', () => {
    assert.throws(
      () => read({ timestamp: 1586731606000 }),
      /^InvalidInput.*actionInteractions.1.member.timestamp must be in seconds/,
    )
  })
})
