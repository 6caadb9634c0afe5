import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { openTestServices, settled, type TestServices } from '#test/services.ts'
import { createGroup, solutionIn } from '#test/solutions.ts'
import { createSolutionVersion } from '../../operations/solution-versions/create-solution-version.ts'
import { click, importInteractions } from '../../store/suite/fixture.ts'
import { CEILINGS } from '../training/ceilings.ts'
import type { LoadedModel } from './open-model.ts'

const [USERS, EVENTS_EACH, USERS_MAX] = [400, 10, 100]

describe('a model of some of the users', () => {
  let services: TestServices
  let dataset: number
  let model: () => Promise<LoadedModel>
  before(async () => {
    services = await openTestServices({ bounds: { ceilings: { ...CEILINGS, users: USERS_MAX } } })
    const group = await createGroup(services, 'shop', { types: ['Interactions'] })
    dataset = (await services.serving.sources(group)).INTERACTIONS!.id
    const events = Array.from({ length: USERS * EVENTS_EACH }, (_, n) => {
      const [user, event] = [Math.floor(n / EVENTS_EACH), n % EVENTS_EACH]
      return click({ userId: `user-${1000 + user}`, itemId: `item-${event}`, timestampMs: 1000 * event })
    })
    await importInteractions(services.store, dataset, events)
    const solutionArn = await solutionIn(services, group, 'popular', 'aws-popularity-count')
    const { solutionVersionArn } = await createSolutionVersion.run(services, { solutionArn })
    const version = await settled(services.store, solutionVersionArn!)
    assert.equal(version.status, 'ACTIVE', String(version.document.failureReason))
    model = async () => {
      await services.store.catchUp()
      await services.serving.renewed()
      return services.serving.model(version, await services.serving.sources(group))
    }
  })
  after(() => services[Symbol.asyncDispose]())

  const countOf = async (itemId: string) => {
    const { ranker, itemIndex } = await model()
    const answer = ranker.ask({ now: 0 } as never) as { scoresOf(items: Int32Array): Float64Array }
    return answer.scoresOf(Int32Array.of(itemIndex.numberOf(itemId)))[0]!
  }

  it('knows the events of the sample alone, and all items', async () => {
    const { choice, exposure, itemIndex } = await model()
    assert.equal(choice.share, USERS_MAX / USERS)
    const count = await countOf('item-9')
    assert.ok(count > 60 && count < 140, `${count}`)
    assert.equal(exposure.events[itemIndex.numberOf('item-9')], USERS)
  })

  it('counts a later event of anybody for the share that the sample is of all', async () => {
    const before = await countOf('item-9')
    for (let user = 0; user < 8; user++)
      await services.store.interactions.put(dataset, [
        click({ userId: `new-${user}`, itemId: 'item-9', timestampMs: 1e6 }),
      ])
    assert.equal(await countOf('item-9'), before + 8 * (USERS_MAX / USERS))
  })

  it('counts the users of the sample alone when it counts anew', async () => {
    const before = await countOf('item-5')
    await services.store.interactions.deleteUsers(dataset, ['new-0', 'new-1'])
    assert.equal(await countOf('item-5'), before)
    const { exposure, itemIndex } = await model()
    assert.equal(exposure.events[itemIndex.numberOf('item-5')], USERS)
  })
})
