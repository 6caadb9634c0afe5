import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { after, before, describe, it } from 'node:test'
import { promisify } from 'node:util'
import { temporaryDirectory } from '#test/directory.ts'
import { openTestServices } from '#test/services.ts'
import { createGroup } from '#test/solutions.ts'
import { memoryOf } from '#test/training-memory.ts'
import { datasetsOf } from '../src/datasets/of-group.ts'
import { createRandom } from '../src/engine/math/random.ts'
import type { FamilyName } from '../src/recipes/recipe.ts'
import { click } from '../src/store/suite/fixture.ts'

const [USERS, EVENTS_EACH, ITEMS] = [4000, 25, 2000]
const [TASTES, AT_ONCE] = [20, 400]

describe('the memory of a training', () => {
  let dataDir: string
  let datasetGroupArn: string
  before(async () => {
    dataDir = await temporaryDirectory()
    await using services = await openTestServices({ dataDir })
    datasetGroupArn = await createGroup(services, 'shop', { types: ['Interactions'] })
    const { id } = (await datasetsOf(services.store, datasetGroupArn)).INTERACTIONS!
    const { imports } = services.store
    const generation = await imports.begin(id)
    const random = createRandom(1)
    const eventsOf = (user: number) => {
      const taste = user % TASTES
      return Array.from({ length: EVENTS_EACH }, (_, event) => {
        const item = TASTES * Math.floor((ITEMS / TASTES) * random() ** 2) + taste
        return click({
          userId: `user-${10_000_000 + user}`,
          itemId: `item-${10_000_000 + item}`,
          timestampMs: 1e6 * event,
        })
      })
    }
    for (let user = 0; user < USERS; user += AT_ONCE) {
      const some = Array.from({ length: AT_ONCE }, (_, n) => eventsOf(user + n))
      await imports.stageInteractions(id, generation, some.flat())
    }
    await imports.publish(id, generation)
  })
  after(() => rm(dataDir, { recursive: true }))

  for (const [family, recipe] of [
    ['popularity-count', 'aws-popularity-count'],
    ['related-items', 'aws-similar-items'],
    ['sims', 'aws-sims'],
  ] as const satisfies readonly (readonly [FamilyName, string])[])
    it(`of ${recipe} is no more than is estimated, and a quarter of it at least`, async () => {
      const program = new URL('./support/train-alone.ts', import.meta.url).pathname
      const { stdout } = await promisify(execFile)(process.execPath, [program, dataDir, recipe, datasetGroupArn])
      const taken = Number(stdout)
      const estimated = memoryOf(family, { events: USERS * EVENTS_EACH, users: USERS, items: ITEMS })
      const shown = `${Math.round(taken / 2 ** 20)} of ${Math.round(estimated / 2 ** 20)} MiB`
      assert.ok(taken < 1.2 * estimated && taken > estimated / 4, shown)
    })
})
