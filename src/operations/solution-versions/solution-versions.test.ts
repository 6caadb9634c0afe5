import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { TestServices } from '#test/services.ts'
import { addDataset, createGroup, openIdleServices, solutionIn, versionOf } from '#test/solutions.ts'
import { deleteDataset } from '../datasets/delete-dataset.ts'
import { createSolutionVersion } from './create-solution-version.ts'
import { describeSolutionVersion } from './describe-solution-version.ts'
import { getSolutionMetrics } from './get-solution-metrics.ts'
import { listSolutionVersions } from './list-solution-versions.ts'
import { stopSolutionVersionCreation } from './stop-solution-version-creation.ts'

describe('solution versions', () => {
  let services: TestServices
  let solutionArn: string
  before(async () => {
    services = await openIdleServices()
    solutionArn = await solutionIn(services, await createGroup(services, 'shop'), 'news')
  })
  after(() => services[Symbol.asyncDispose]())

  const invalid = (message: RegExp) => ({ name: 'InvalidInputException', message })
  const notFound = (message: RegExp) => ({ name: 'ResourceNotFoundException', message })

  describe('DescribeSolutionVersion', () => {
    it('shows the results of training, and no internal members', async () => {
      const trained = { trainingHours: 0.01, tunedHPOParams: { algorithmHyperParameters: { bptt: '16' } } }
      const document = { ...trained, dataVersion: 'put 1', metrics: { coverage: 1 }, progress: { rows: 1 } }
      const { arn } = await versionOf(services, solutionArn, { document })
      const { solutionVersion } = await describeSolutionVersion.run(services, { solutionVersionArn: arn })
      const { creationDateTime, lastUpdatedDateTime, datasetGroupArn, recipeArn, ...rest } = solutionVersion!
      const known = { solutionVersionArn: arn, solutionArn, status: 'ACTIVE', trainingMode: 'FULL' }
      assert.deepEqual(rest, { ...known, ...trained })
    })

    it('refuses an ARN that does not exist, or is of a solution', async () => {
      const described = describeSolutionVersion.run(services, { solutionVersionArn: solutionArn })
      await assert.rejects(
        described,
        notFound(
          /^The given solution version does not exist: .*solution\/news: that is the ARN of a solution, not of a solution version$/,
        ),
      )
      const newest = describeSolutionVersion.run(services, { solutionVersionArn: `${solutionArn}/$LATEST` })
      await assert.rejects(
        newest,
        notFound(/; \$LATEST is for campaigns alone, and ListSolutionVersions shows the ARN/),
      )
    })
  })

  describe('ListSolutionVersions', () => {
    it('lists the versions of a solution page by page, the oldest first', async () => {
      const other = await solutionIn(services, await createGroup(services, 'listed'), 'listed')
      const arns = []
      for (let i = 0; i < 3; i++) arns.push((await versionOf(services, other)).arn)
      const first = await listSolutionVersions.run(services, { solutionArn: other, maxResults: 2 })
      const second = await listSolutionVersions.run(services, { solutionArn: other, nextToken: first.nextToken })
      const versions = [...first.solutionVersions!, ...second.solutionVersions!]
      assert.deepEqual(
        versions.map(({ solutionVersionArn }) => solutionVersionArn),
        arns,
      )
      const members = ['creationDateTime', 'lastUpdatedDateTime', 'solutionVersionArn', 'status', 'trainingMode']
      assert.deepEqual(Object.keys(versions[0]!).sort(), members)
    })

    it('refuses a solution that does not exist', async () => {
      const listed = listSolutionVersions.run(services, { solutionArn: services.arns.of('solution/none') })
      await assert.rejects(listed, notFound(/^The given solution does not exist: .*solution\/none$/))
    })
  })

  it('prevent the deletion of the datasets of their group while they are trained', async () => {
    const group = await createGroup(services, 'read', { types: [] })
    const datasetArn = await addDataset(services, group, 'Interactions')
    const remove = () => deleteDataset.run(services, { datasetArn })
    const solution = await solutionIn(services, group, 'read')
    const { arn } = await versionOf(services, solution, { status: 'CREATE IN_PROGRESS' })
    await assert.rejects(remove(), { name: 'ResourceInUseException', message: new RegExp(`in use by: ${arn}$`) })
    await services.store.resources.update(arn, { status: 'ACTIVE' })
    await remove()
  })

  describe('StopSolutionVersionCreation', () => {
    const stop = (solutionVersionArn: string) => stopSolutionVersionCreation.run(services, { solutionVersionArn })

    it('stops a waiting version for good', async () => {
      const { solutionVersionArn: arn } = await createSolutionVersion.run(services, { solutionArn })
      await stop(arn!)
      assert.equal((await services.store.resources.get(arn!))!.status, 'CREATE STOPPED')
      await services.jobs.resume()
      assert.equal((await services.store.resources.get(arn!))!.status, 'CREATE STOPPED')
      await assert.rejects(stop(arn!), invalid(/is CREATE STOPPED: only one that is CREATE PENDING or/))
    })

    it('refuses a finished version', async () => {
      const { arn } = await versionOf(services, solutionArn)
      await assert.rejects(stop(arn), invalid(/^The solution version .* is ACTIVE: only one that is/))
    })
  })

  describe('GetSolutionMetrics', () => {
    it('returns the metrics of a version that is ACTIVE', async () => {
      const metrics = { coverage: 0.2603, precision_at_5: 0.0109 }
      const { arn: solutionVersionArn } = await versionOf(services, solutionArn, { document: { metrics } })
      const got = await getSolutionMetrics.run(services, { solutionVersionArn })
      assert.deepEqual(got, { solutionVersionArn, metrics })
    })

    it('refuses one that is in training, or failed', async () => {
      const metricsOf = async (status: string) => {
        const { arn: solutionVersionArn } = await versionOf(services, solutionArn, { status })
        return getSolutionMetrics.run(services, { solutionVersionArn })
      }
      const inUse = { name: 'ResourceInUseException', message: /is CREATE PENDING, not ACTIVE: try again/ }
      await assert.rejects(metricsOf('CREATE PENDING'), inUse)
      await assert.rejects(metricsOf('CREATE FAILED'), invalid(/is CREATE FAILED, not ACTIVE$/))
    })
  })
})
