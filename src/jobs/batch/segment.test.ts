import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { PutEventsCommand } from '@aws-sdk/client-personalize-events'
import { createFilter, type OutputLine, segment } from '#test/batches.ts'
import { assertActive, notesOf } from '#test/jobs.ts'
import { createMarket, type Market, train, USERS_EACH } from '#test/market.ts'
import { createTracker, startTestServer, type TestServer } from '#test/server.ts'

describe('a batch segment job', () => {
  let server: TestServer
  let market: Market
  let ofItems: string
  let ofAttributes: string
  before(async () => {
    server = await startTestServer()
    market = await createMarket(server)
    ofItems = await trained('aws-item-affinity')
    ofAttributes = await trained('aws-item-attribute-affinity')
  })
  after(() => server[Symbol.asyncDispose]())

  const trained = async (recipe: string) => {
    const version = await train(server, market.datasetGroupArn, recipe)
    assertActive(version)
    return version.solutionVersionArn!
  }
  /** The output for lines of input, which must be ACTIVE in the end. */
  const ask = async (
    solutionVersionArn: string,
    lines: readonly unknown[],
    request: Partial<Parameters<typeof segment>[2]> = {},
  ) => {
    const { job, files } = await segment(server, lines, { solutionVersionArn, ...request })
    assertActive(job)
    return files['in.json.out'] as readonly OutputLine[]
  }
  const filter = (expression: string) => createFilter(server, market.datasetGroupArn, expression)
  const membershipOf = (userId: string) => userId.split('-')[0]!
  const membershipsOf = (line: OutputLine) => [...new Set(line.output!.usersList.map(membershipOf))]

  it('finds the users who are most likely to want an item', async () => {
    const lines = [{ itemId: 'drama-20' }, { itemId: 'comedy-20' }]
    const output = await ask(ofItems, lines)
    assert.deepEqual(
      output.map(({ input, error }) => ({ input, error })),
      lines.map(input => ({ input, error: null })),
    )
    assert.deepEqual(output.map(membershipsOf), [['Member'], ['Guest']])
    assert.deepEqual(
      output.map(line => new Set(line.output!.usersList).size),
      [25, 25],
    )
  })

  it('finds the users who are most likely to want items with attributes', async () => {
    const [drama, comedy, cheap] = await ask(
      ofAttributes,
      [
        { itemAttributes: 'ITEMS.genres = "drama"' },
        { itemAttributes: 'ITEMS.GENRES = "comedy" AND ITEMS.PRICE <= 10' },
        { itemAttributes: 'ITEMS.PRICE = 1' },
      ],
      { numResults: USERS_EACH },
    )
    assert.deepEqual(membershipsOf(drama!), ['Member'])
    assert.deepEqual(membershipsOf(comedy!), ['Guest'])
    assert.equal(new Set(drama!.output!.usersList).size, USERS_EACH)
    assert.equal(cheap!.output!.usersList.length, USERS_EACH)
  })

  it('lets a filter say who may be in a segment, by the values of each line', async () => {
    const filterArn = await filter('INCLUDE UserID WHERE Users.MEMBERSHIP_TYPE IN ($TYPE) AND Users.AGE < 22')
    const [guests, members, without] = await ask(
      ofItems,
      [
        { itemId: 'drama-20', filterValues: { TYPE: '"Guest"' } },
        { itemId: 'drama-20', filterValues: { TYPE: '"Member"' } },
        { itemId: 'drama-20' },
      ],
      { filterArn },
    )
    assert.deepEqual(guests!.output!.usersList.toSorted(), ['Guest-0', 'Guest-1', 'Guest-40', 'Guest-41'])
    assert.deepEqual(members!.output!.usersList.toSorted(), ['Member-0', 'Member-1', 'Member-40', 'Member-41'])
    assert.match(without!.error!, /^filterValues: TYPE is missing/)
  })

  it('looks at the events that were put since training, and leaves anonymous sessions out', async () => {
    const trackingId = await createTracker(server, market.datasetGroupArn)
    for (const userId of ['newcomer', undefined]) {
      const eventList = ['drama-1', 'drama-2'].map((itemId, i) => {
        return { eventType: 'buy', itemId, sentAt: new Date(2e9 + i * 1000) }
      })
      await server.events.send(new PutEventsCommand({ trackingId, userId, sessionId: `of-${userId}`, eventList }))
    }
    const filterArn = await filter('INCLUDE UserID WHERE Interactions.EVENT_TYPE IN ("buy")')
    const [buyers] = await ask(ofItems, [{ itemId: 'drama-20' }], { filterArn })
    assert.deepEqual(buyers!.output!.usersList, ['newcomer'])
    const [all] = await ask(ofItems, [{ itemId: 'drama-20' }], { numResults: 1000 })
    assert.equal(all!.output!.usersList.length, 2 * USERS_EACH + 1)
  })

  it('says why there is no segment of a line, and makes the others', async () => {
    const [nowhere, missing, known] = await ask(ofItems, [
      { itemId: 'nowhere' },
      { userId: 'a' },
      { itemId: 'drama-20' },
    ])
    assert.deepEqual(nowhere, {
      input: { itemId: 'nowhere' },
      output: null,
      error: 'itemId: the solution version knows no item "nowhere"',
    })
    assert.match(missing!.error!, /^itemId is missing/)
    assert.equal(known!.output!.usersList.length, 25)
    const [none, wrong] = await ask(ofAttributes, [
      { itemAttributes: 'ITEMS.GENRES = "horror"' },
      { itemAttributes: 'ITEMS.COLOR = "red"' },
    ])
    assert.equal(none!.error, 'itemAttributes: the solution version knows no item that has them')
    assert.match(wrong!.error!, /^itemAttributes: Items\.COLOR is not a field of the schema/)
  })

  it('notes the lines that have no segment', async () => {
    const { job } = await segment(server, [{ itemId: 'nowhere' }, { itemId: 'drama-20' }, { itemId: 'neither' }], {
      solutionVersionArn: ofItems,
    })
    const [note] = await notesOf(server, job.jobName)
    const reason = /line 1: itemId: the solution version knows no item "nowhere" \(2 such rows, on lines 1 and 3\)$/
    assert.match(note!, /^2 of 3 lines have an error and no output: s3:/)
    assert.match(note!, reason)
  })

  it('makes more segments than one pass over the users does', async () => {
    const lines = Array.from({ length: 2005 }, (_, i) => ({ itemId: i % 2 === 0 ? 'drama-20' : 'comedy-20' }))
    const output = await ask(ofItems, lines, { numResults: 2 })
    assert.deepEqual(
      output.map(({ input }) => input),
      lines,
    )
    assert.ok(output.every((line, i) => membershipsOf(line).join() === (i % 2 === 0 ? 'Member' : 'Guest')))
  })
})
