import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { temporaryDirectory } from '#test/directory.ts'
import { movedClock } from '#test/moved-clock.ts'
import { makeShop } from '../src/cli/quickstart/shop.ts'

const PERSONALITE = fileURLToPath(new URL('../bin/personalite', import.meta.url))

describe('personalite quickstart', () => {
  let directory: string
  let output: string
  const run = (dataDir: string) => {
    const args = ['quickstart', '--exit', '--port', '0', '--data-dir', dataDir]
    // The quickstart must not use the keys of the user's own account.
    const theirs = { AWS_ACCESS_KEY_ID: 'theirs', AWS_SECRET_ACCESS_KEY: 'theirs', AWS_REGION: 'eu-west-1' }
    const env = { ...movedClock, ...theirs }
    return spawnSync(process.execPath, [PERSONALITE, ...args], { env, encoding: 'utf8' })
  }
  before(async () => {
    directory = await temporaryDirectory()
    const { status, stdout, stderr } = run(join(directory, 'shop'))
    assert.deepEqual({ status, stderr }, { status: 0, stderr: '' })
    output = stdout
  })
  after(() => rm(directory, { recursive: true }))

  /** The lines of the table under a heading, without the names of its columns. */
  const table = (heading: string) => {
    const [, rest = ''] = output.split(heading)
    return rest.split('\n\n')[1]!.split('\n').slice(1)
  }

  it('prints the duration of each step', () => {
    const steps = output.split('\n').filter(line => /^✓ .* \d+\.\d s$/.test(line))
    assert.equal(steps.length, 6, output)
    assert.match(output, /^✓ A sample shop imported: 2000 users, 500 items and \d{5} events/m)
  })

  it('recommends by properties alone, and names them', () => {
    const rows = table('has done nothing yet')
    assert.equal(rows.length, 10, output)
    assert.match(rows.join('\n'), /MEMBERSHIP_TYPE: Frequent shopper +\d+$/m)
  })

  it('recommends other items in the request after the events, because of them', () => {
    const rows = table('in the very next request')
    assert.equal(rows.length, 10, output)
    assert.match(rows[0]!, /▲ \d+ .*(viewed|put in cart)/)
    assert.match(rows.join('\n'), /sleeping bag/)
  })

  it('shows the items related to an item', () => {
    assert.match(table('What goes with a Two-person tent').join('\n'), /Camping/)
  })

  it('ends with commands to paste', () => {
    for (const text of [
      'export AWS_ENDPOINT_URL=http://127.0.0.1:',
      'get-recommendations --campaign-arn arn:',
      'boto3',
      '  npm run --silent personalite -- users get u1 --dataset-group quickstart\n',
    ])
      assert.ok(output.includes(text), text)
  })

  it('says that the server has ended, and how to serve its data where the commands look for them', () => {
    const [, port] = /export AWS_ENDPOINT_URL=http:\/\/127\.0\.0\.1:(\d+)/.exec(output)!
    const again = `serve --data-dir ${join(directory, 'shop')} --port ${port} serves it again, for the commands above.`
    assert.equal(output.trimEnd().split('\n').at(-1), `The server has ended; npm run --silent personalite -- ${again}`)
  })

  it('keeps the data in the given directory, and replaces none', () => {
    assert.ok(existsSync(join(directory, 'shop/s3/quickstart/users.csv')))
    const { status, stderr } = run(join(directory, 'shop'))
    assert.equal(status, 1)
    assert.match(stderr, /^personalite: .*shop is not empty: name a new directory/)
  })
})

describe('the sample shop', () => {
  it('is the same for the same seed', () => {
    const now = new Date('2026-01-01')
    assert.deepEqual(makeShop(now, 3), makeShop(now, 3))
    assert.notDeepEqual(makeShop(now, 3), makeShop(now, 4))
  })

  it('has each item once, and no event later than now', () => {
    const now = new Date('2026-01-01')
    const { items, interactions } = makeShop(now)
    const ids = new Set(items.map(({ ITEM_ID }) => ITEM_ID))
    assert.equal(ids.size, 500)
    assert.ok(interactions.every(({ ITEM_ID, TIMESTAMP }) => ids.has(ITEM_ID!) && Number(TIMESTAMP) < +now / 1000))
  })
})
