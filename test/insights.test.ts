import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { assertActive, importFrom, putFile } from '#test/jobs.ts'
import { movedClock } from '#test/moved-clock.ts'
import { createDataset, startTestServer, type TestServer } from '#test/server.ts'
import type { InsightsReport } from '../src/insights/report.ts'

const PERSONALITE = fileURLToPath(new URL('../bin/personalite', import.meta.url))
const WIDTH = 100

describe('personalite insights', () => {
  let server: TestServer
  before(async () => {
    server = await startTestServer()
    const load = async (type: 'Interactions' | 'Users' | 'Items', lines: readonly string[]) => {
      const { datasetArn } = await createDataset(server, type)
      const location = await putFile(server, `${type}.csv`, lines.map(line => `${line}\n`).join(''))
      assertActive(await importFrom(server, datasetArn, location))
    }
    const range = (count: number) => Array.from({ length: count }, (_, n) => n)
    await load('Users', [
      'USER_ID,AGE,MEMBERSHIP_TYPE,LOYALTY_NUMBER',
      ...range(60).map(n => `u${n},${n === 9 ? 999 : 20 + (n % 40)},${['Member', 'member', 'Guest'][n % 3]},`),
    ])
    await load('Items', ['ITEM_ID,GENRES,PRICE', ...range(20).map(n => `i${n},Drama|Comedy,${n}.5`)])
    await load('Interactions', [
      'USER_ID,ITEM_ID,EVENT_TYPE,TIMESTAMP,DEVICE',
      ...range(300).map(n => `u${n % 50},i${n % 25},${n % 3 ? 'view' : 'buy'},${1_700_000_000 + 9000 * n},phone`),
    ])
  })
  after(() => server[Symbol.asyncDispose]())

  const run = async (...args: readonly string[]) => {
    const all = [PERSONALITE, 'insights', '--endpoint', server.url, ...args]
    const child = spawn(process.execPath, all, { env: movedClock, stdio: ['ignore', 'pipe', 'pipe'] })
    const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
    return { code: code as number, stdout, stderr }
  }

  it('prints the insights, then the contents of the datasets, no wider than a page', async () => {
    const { code, stdout, stderr } = await run()
    assert.deepEqual([code, stderr], [0, ''])
    const lines = stdout.split('\n')
    assert.match(lines[0]!, /^The dataset group shop as it was at [\d: -]+ UTC: 380 rows, read in [\d.]+ s\.$/)
    assert.match(lines[2]!, /^Insights: 1 error, \d warnings, \d notes ─+$/)
    assert.deepEqual(
      lines.filter(line => line.length > WIDTH),
      [],
    )
    const order = ['✖ Interactions: There are 300 interactions', '! Users: Spelled', '· Users: Outliers: AGE (999']
    const sections = ['Interactions: 300 rows', 'Items: 20 rows', 'Users: 60 rows']
    const places = [...order, ...sections].map(start => lines.findIndex(line => line.startsWith(start)))
    assert.ok(!places.includes(-1), stdout)
    assert.deepEqual(
      places,
      places.toSorted((a, b) => a - b),
    )
    assert.match(stdout, /, 700 fewer than training needs; the guide advises 50,000\.\n {2}→ Import further/)
    assert.match(stdout, /^users {6}50 {4}6 {5}6 {7}6 .* 6 █ 6$/m)
    assert.match(stdout, /^"view" {7}200 {3}67 % {2}█{26}/m)
    assert.match(stdout, /^GENRES {2}categories .* 2 {2}"Drama" 100 %, "Comedy" 100 %$/m)
    assert.match(stdout, /^PRICE .* 0\.5 █.* 19\.5, median 9\.5, mean 10$/m)
    assert.match(stdout, /^LOYALTY_NUMBER {3}long {10}100 % /m)
  })

  it('prints the same as JSON', async () => {
    const { code, stdout } = await run('--json', '--dataset-group', 'shop')
    assert.equal(code, 0)
    const { insights, datasets } = JSON.parse(stdout) as InsightsReport
    assert.equal(insights[0]!.name, 'few-interactions')
    assert.deepEqual(
      datasets.map(({ datasetType, rows }) => [datasetType, rows]),
      [
        ['INTERACTIONS', 300],
        ['ITEMS', 20],
        ['USERS', 60],
      ],
    )
  })

  it('names the groups if none is given', async () => {
    const { code, stderr } = await run('--dataset-group', 'shoe')
    assert.deepEqual([code, stderr], [1, 'personalite: there is no dataset group shoe; there are: shop\n'])
  })
})
