import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { after, before, describe, it } from 'node:test'
import { temporaryDirectory } from '#test/directory.ts'
import { eventually } from '#test/eventually.ts'
import { type FaultyWrites, openFaultyWrites } from '#test/faulty-writes.ts'
import { startTestServer, type TestServer } from '#test/server.ts'
import { allOperations } from '../../src/contract/registry.ts'
import { type Fixture, openFixture } from '../operations/fixture.ts'
import { inputs } from '../operations/inputs.ts'

const names = allOperations.map(({ name }) => name).filter(name => !/^(Describe|Get|List|Put)/.test(name))

const UNFINISHED = "SELECT arn FROM resources WHERE status LIKE '%PENDING' OR status LIKE '%IN_PROGRESS' LIMIT 1"
/** Without the status of solution versions, which changes by itself. */
const RESOURCES = `
  SELECT arn, kind, parent, reference, tags, CASE kind WHEN 'solution-version' THEN '' ELSE status || document END AS rest
  FROM resources ORDER BY arn`

/** The store fails at each write in turn, as where the disk is full or the process is killed between two of them. */
describe('an operation whose store fails at one of its writes', () => {
  let dataDir: string
  let server: TestServer
  let fixture: Fixture
  let store: FaultyWrites
  before(async () => {
    dataDir = await temporaryDirectory()
    server = await startTestServer({ dataDir, minimums: 'off' })
    fixture = await openFixture(server)
    store = await openFaultyWrites(dataDir, 'fails', ['resources'])
  })
  after(async () => {
    await store?.[Symbol.asyncDispose]()
    await server?.[Symbol.asyncDispose]()
    await rm(dataDir, { recursive: true })
  })

  for (const name of names)
    it(`has changed nothing, and can be sent again: ${name}`, async () => {
      for (let writes = 0; ; writes++) {
        await eventually('the end of all jobs', async () => (await store.query(UNFINISHED)).length === 0)
        const input = await inputs[name](fixture)
        const before = await store.query(RESOURCES)
        await store.faultyAfter(writes)
        const { status } = await fixture.send(name, input)
        await store.mend()
        if (status === 200) return
        assert.deepEqual(await store.query(RESOURCES), before)
        const again = await fixture.send(name, input)
        assert.equal(again.status, 200, again.body)
      }
    })
})
