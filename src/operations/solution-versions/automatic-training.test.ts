import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { eventually } from '#test/eventually.ts'
import type { TestServices } from '#test/services.ts'
import { addDataset, createGroup, openIdleServices } from '#test/solutions.ts'
import type { UpdateSolutionRequest } from '../../contract/generated/types.ts'
import { createResource } from '../shared/resources.ts'
import { createSolution } from '../solutions/create-solution.ts'
import { updateSolution } from '../solutions/update-solution.ts'
import { startAutomaticTraining, trainDueSolutions } from './automatic-training.ts'
import { createSolutionVersion } from './create-solution-version.ts'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

describe('automatic training', () => {
  let services: TestServices
  let interactions: string
  let solutionArn: string
  beforeEach(async () => {
    services = await openIdleServices()
    const datasetGroupArn = await createGroup(services, 'shop', { types: [] })
    interactions = await addDataset(services, datasetGroupArn, 'Interactions')
    const recipeArn = 'arn:aws:personalize:::recipe/aws-user-personalization'
    const solutionConfig = { autoTrainingConfig: { schedulingExpression: 'rate(2 days)' } }
    const input = { name: 'news', datasetGroupArn, recipeArn, solutionConfig }
    solutionArn = (await createSolution.run(services, input)).solutionArn!
  })
  afterEach(() => services[Symbol.asyncDispose]())

  const after = (ms: number) => trainDueSolutions(services, Date.now() + ms)
  const click = async (itemId: string) => {
    const { id } = (await services.store.resources.get(interactions))!
    const known = { userId: 'ann', anonymous: false, sessionId: 's', timestampMs: 1, eventType: 'click' }
    await services.store.interactions.put(id, [{ ...known, itemId, eventId: null, eventValue: null, details: '' }])
  }
  const importJob = (name: string, status: string) =>
    createResource(services.store, {
      kind: 'dataset-import-job',
      arn: services.arns.of(`dataset-import-job/${name}`),
      parent: interactions,
      status,
      document: {},
    })
  const end = (arn: string | undefined, status: string) => services.store.resources.update(arn!, { status })

  it('begins a minute after the solution was created, where there are interactions', async () => {
    assert.deepEqual(await after(2 * MINUTE), [])
    await click('a')
    assert.deepEqual(await after(0), [])
    const [arn] = await after(MINUTE)
    const { parent, status, document } = (await services.store.resources.get(arn!))!
    assert.deepEqual([parent, status, document.trainingType], [solutionArn, 'CREATE PENDING', 'AUTOMATIC'])
    assert.deepEqual(await after(9 * DAY), [], 'while one is trained')
  })

  it('omits the first training where a client has created a version', async () => {
    await click('a')
    const { solutionVersionArn } = await createSolutionVersion.run(services, { solutionArn })
    await end(solutionVersionArn, 'ACTIVE')
    await click('b')
    assert.deepEqual(await after(2 * MINUTE), [])
    assert.equal((await after(2 * DAY)).length, 1)
  })

  it('continues at the interval if there are new interactions', async () => {
    await click('a')
    const [first] = await after(MINUTE)
    await end(first, 'ACTIVE')
    assert.deepEqual(await after(3 * DAY), [], 'no new data')
    await click('b')
    assert.deepEqual(await after(DAY), [], 'not yet due')
    const [second] = await after(2 * DAY)
    await end(second, 'ACTIVE')
    await importJob('more', 'ACTIVE')
    assert.equal((await after(2 * DAY)).length, 1)
  })

  it('waits for an unfinished import', async () => {
    await click('a')
    const { arn } = await importJob('long', 'CREATE IN_PROGRESS')
    assert.deepEqual(await after(MINUTE), [])
    await end(arn, 'ACTIVE')
    assert.equal((await after(MINUTE)).length, 1)
  })

  it('repeats a failed training when the next is due, if the data have changed', async () => {
    await click('a')
    const [arn] = await after(MINUTE)
    await end(arn, 'CREATE FAILED')
    assert.deepEqual(await after(9 * DAY), [])
    await click('b')
    assert.deepEqual(await after(DAY), [])
    assert.equal((await after(2 * DAY)).length, 1)
  })

  it('can be turned off, and on again', async () => {
    await click('a')
    await updateSolution.run(services, { solutionArn, performAutoTraining: false })
    assert.deepEqual(await after(9 * DAY), [])
    await updateSolution.run(services, { solutionArn, performAutoTraining: true })
    assert.deepEqual(await after(0), [])
    assert.equal((await after(MINUTE)).length, 1)
  })

  it('restarts its schedule where it is turned on or its interval changes after a training', async () => {
    const update = (more: Partial<UpdateSolutionRequest>) => updateSolution.run(services, { solutionArn, ...more })
    const every = (days: number) => ({
      solutionUpdateConfig: { autoTrainingConfig: { schedulingExpression: `rate(${days} days)` } },
    })
    await update({ performAutoTraining: false })
    for (const change of [{ performAutoTraining: true }, every(20)]) {
      await click(`${Object.keys(change)}`)
      const { solutionVersionArn } = await createSolutionVersion.run(services, { solutionArn })
      await end(solutionVersionArn, 'ACTIVE')
      await click(`${Object.keys(change)} later`)
      assert.deepEqual(await after(MINUTE), [])
      await setTimeout(2)
      await update(change)
      assert.deepEqual(await after(0), [])
      const [arn] = await after(MINUTE)
      await end(arn, 'ACTIVE')
    }
    await click('last')
    await update({ ...every(20), performAutoTraining: true })
    assert.deepEqual(await after(2 * DAY), [], 'nothing has changed')
    assert.equal((await after(20 * DAY)).length, 1)
  })

  it('tolerates a solution whose datasets do not exist yet', async () => {
    const group = await createGroup(services, 'early', { types: [] })
    const recipeArn = 'arn:aws:personalize:::recipe/aws-sims'
    await createSolution.run(services, { name: 'early', datasetGroupArn: group, recipeArn })
    await click('a')
    assert.equal((await after(MINUTE)).length, 1)
  })

  it('checks again and again until it is stopped', async () => {
    const versions = () => services.store.resources.list({ kind: 'solution-version', parent: solutionArn })
    const { stop } = startAutomaticTraining(services, { now: () => Date.now() + 9 * DAY, everyMs: 5 })
    await click('a')
    await eventually('a solution version', async () => (await versions()).length > 0)
    await stop()
    await end((await versions())[0]!.arn, 'ACTIVE')
    await click('b')
    await setTimeout(50)
    assert.equal((await versions()).length, 1)
  })
})
