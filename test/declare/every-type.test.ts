import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { startTestServer, type TestServer } from '#test/server.ts'
import { declarationOf } from '../../src/cli/template/declaration.ts'
import { exportedTemplate } from '../../src/cli/template/export.ts'
import { planOf } from '../../src/cli/template/plan.ts'
import { readTemplate } from '../../src/cli/template/read.ts'
import { openCalls } from '../../src/cli/template/retry.ts'
import { writeTemplate } from '../../src/cli/template/write.ts'
import { openFixture } from '../operations/fixture.ts'

const TARGET = { region: 'us-east-1', accountId: '000000000000', stackName: 'fixture' }

describe('export-template, of a resource of each type', () => {
  let server: TestServer
  before(async () => {
    server = await startTestServer({ minimums: 'off' })
    await openFixture(server)
  })
  after(() => server[Symbol.asyncDispose]())

  for (const group of ['fixture', 'fixture-shop'])
    it(`writes a template of ${group} that changes nothing where it was written`, async () => {
      const call = openCalls(server.url)
      const text = writeTemplate(await exportedTemplate(group, call))
      const { changes } = await planOf(declarationOf(readTemplate(text), {}, TARGET), call)
      const differing = changes.filter(({ action }) => action !== 'unchanged')
      assert.deepEqual(
        differing.map(({ name, reasons }) => [name, reasons]),
        [],
      )
      const types = new Set(changes.map(({ type }) => type.noun))
      const all = ['DatasetGroup', 'Schema', 'Dataset', 'EventTracker']
      const more = ['Filter', 'MetricAttribution', 'Solution', 'SolutionVersion', 'Campaign']
      assert.deepEqual([...types].sort(), [...all, ...(group === 'fixture' ? more : ['Recommender'])].sort())
    })
})
