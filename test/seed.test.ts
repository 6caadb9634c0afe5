import assert from 'node:assert/strict'
import { cp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { CreateSchemaCommand, ListSolutionVersionsCommand } from '@aws-sdk/client-personalize'
import { PutUsersCommand } from '@aws-sdk/client-personalize-events'
import { GetRecommendationsCommand } from '@aws-sdk/client-personalize-runtime'
import { temporaryDirectory } from '#test/directory.ts'
import { run, serve } from '#test/program.ts'
import { clientsOf } from '#test/server.ts'
import { type PersonaliteServer, type ServerOptions, startServer } from '../src/index.ts'

const EXAMPLE = fileURLToPath(new URL('../examples/seed', import.meta.url))
const ARN = 'arn:aws:personalize:us-east-1:000000000000'
const CAMPAIGN = `${ARN}:campaign/for-you`

describe('a server with a seed', () => {
  let directory: string
  let seed: string
  before(async () => {
    directory = await temporaryDirectory()
    process.env.XDG_CACHE_HOME = directory
    await cp(EXAMPLE, join(directory, 'shop'), { recursive: true })
    seed = join(directory, 'shop/shop.yaml')
  })
  after(() => rm(directory, { recursive: true }))

  const start = (options: ServerOptions = {}) => startServer({ seed, minimums: 'off', ...options })
  const templates = async () => (await readdir(join(directory, 'personalite/seeds'))).sort()
  const change = async (file: string, from: string, to: string) => {
    const path = join(directory, 'shop', file)
    const text = await readFile(path, 'utf8')
    assert.ok(text.includes(from))
    await writeFile(path, text.replaceAll(from, to))
  }

  async function itemsFor(server: Pick<PersonaliteServer, 'url'>, userId: string, filter?: string) {
    const filterArn = filter && `${ARN}:filter/${filter}`
    const command = new GetRecommendationsCommand({ campaignArn: CAMPAIGN, userId, numResults: 3, filterArn })
    const { itemList } = await clientsOf(server.url).runtime.send(command)
    return itemList!.map(({ itemId }) => itemId)
  }

  /** The one training of a server. A second server has it with the same ARN and time, if nothing was trained there. */
  async function trainingOf({ url }: Pick<PersonaliteServer, 'url'>) {
    const { solutionVersions } = await clientsOf(url).personalize.send(new ListSolutionVersionsCommand({}))
    assert.equal(solutionVersions!.length, 1)
    const { solutionVersionArn, status, creationDateTime, lastUpdatedDateTime } = solutionVersions![0]!
    assert.equal(status, 'ACTIVE')
    return { solutionVersionArn, creationDateTime, lastUpdatedDateTime }
  }

  it('begins trained, with its filters and pins; the second starts with the training of the first', async () => {
    await using first = await start()
    await using second = await start()
    const [training, again] = [await trainingOf(first), await trainingOf(second)]
    assert.deepEqual(again, training)
    for (const server of [first, second]) {
      const answer = await itemsFor(server, 'gus', 'camping')
      assert.equal(answer.length, 3)
      assert.ok(new Set(['tent', 'stove', 'lamp', 'bag', 'mat']).isSupersetOf(new Set(answer)), String(answer))
      assert.deepEqual(await itemsFor(server, 'zoe'), ['lamp', 'helmet'])
    }
    assert.deepEqual(await itemsFor(first, 'gus'), await itemsFor(second, 'gus'))
    assert.equal((await templates()).length, 1)
  })

  it('goes back to the seed by reset, also where the template is gone', async () => {
    await using server = await start()
    const training = await trainingOf(server)
    const { personalize, events } = clientsOf(server.url)
    const learned = await itemsFor(server, 'ann')
    const change = async () => {
      const user = { userId: 'ann', properties: '{"membershipType":"guest"}' }
      await events.send(new PutUsersCommand({ datasetArn: `${ARN}:dataset/shop/USERS`, users: [user] }))
      await personalize.send(new CreateSchemaCommand({ name: 'mine', schema: SCHEMA }))
      await server.unpin()
    }
    await change()
    await server.reset()
    assert.deepEqual(await trainingOf(server), training)
    await change() // the schema's name is free again
    await rm(join(directory, 'personalite'), { recursive: true })
    await server.reset()
    assert.notDeepEqual(await trainingOf(server), training)
    assert.deepEqual(await itemsFor(server, 'ann'), learned)
    assert.equal((await itemsFor(server, 'zoe')).length, 2)
    await change()
  })

  it('is trained anew where a file or a setting is another, and not for other pins', async () => {
    const trainingWith = async (options?: ServerOptions) => {
      await using server = await start(options)
      return await trainingOf(server)
    }
    const training = await trainingWith()
    await change('shop.yaml', '[lamp, helmet]', '[bike]')
    assert.deepEqual(await trainingWith(), training)
    const now = '2026-03-01T00:00:00Z'
    const then = await trainingWith({ now })
    assert.equal(then.creationDateTime!.toISOString().slice(0, 10), '2026-03-01')
    assert.deepEqual(await trainingWith({ now }), then)
    await change('interactions.csv', 'ann,mat,view,1767225600\n', '')
    assert.notDeepEqual(await trainingWith(), training)
    await change('shop.yaml', '[bike]', '[lamp, helmet]')
  })

  it('is whole where two servers start at once without a template', async () => {
    await rm(join(directory, 'personalite'), { recursive: true })
    const args = ['--seed', seed, '--minimums', 'off', '--data-dir', ':memory:', '--port', '0']
    const [program, own] = await Promise.all([serve(args, { XDG_CACHE_HOME: directory }), start()])
    try {
      for (const server of [program, own]) {
        assert.deepEqual(await itemsFor(server, 'zoe'), ['lamp', 'helmet'])
        assert.equal((await itemsFor(server, 'gus')).length, 3)
        await trainingOf(server)
      }
    } finally {
      await own.stop()
      assert.equal(await program.stop(), 0)
    }
    assert.deepEqual(
      (await templates()).map(name => name.length),
      [64],
    )
  })

  it('leaves the data alone in a directory that began with it, and refuses one with other data', async () => {
    const dataDir = join(directory, 'data')
    const user = { userId: 'new', properties: '{"membershipType":"guest"}' }
    {
      await using server = await start({ dataDir })
      const put = new PutUsersCommand({ datasetArn: `${ARN}:dataset/shop/USERS`, users: [user] })
      await clientsOf(server.url).events.send(put)
      await assert.rejects(server.reset(), /^InvalidInputException: Only a server with the data directory :memory:/)
    }
    {
      await using server = await start({ dataDir })
      const { code, stdout } = await run(['users', 'count', '--json', '--endpoint', server.url])
      assert.deepEqual([code, JSON.parse(stdout).count.ALL], [0, 14])
      assert.equal((await itemsFor(server, 'zoe')).length, 2)
    }
    await change('items.csv', 'tent,camping,129', 'tent,camping,130')
    const refusal =
      / has data that are not those of shop\.yaml as it is now: name a new --data-dir, or leave --seed out$/
    await assert.rejects(start({ dataDir }), refusal)
    const other = join(directory, 'other')
    await (await startServer({ dataDir: other })).stop()
    await assert.rejects(start({ dataDir: other }), refusal)
    // As where a database was lost: its models are all that is left.
    const lost = join(directory, 'lost')
    await cp(join(dataDir, 'models'), join(lost, 'models'), { recursive: true })
    await assert.rejects(start({ dataDir: lost }), refusal)
    await using server = await startServer({ dataDir })
    assert.equal((await itemsFor(server, 'ann')).length, 3)
  })

  it('fails for what the server refuses, with the place in the file, and leaves no template', async () => {
    const before = await templates()
    await change('shop.yaml', 'user-personalization-v2', 'user-personalisation')
    await assert.rejects(start(), /shop\.yaml line 31: solutions\.for-you: .*aws-user-personalisation/)
    await change('shop.yaml', 'user-personalisation', 'user-personalization-v2')
    await change('shop.yaml', 'Items.CATEGORY', 'Items.KIND')
    await assert.rejects(start(), /shop\.yaml line 37: filters\.camping: .*KIND/)
    await change('shop.yaml', 'Items.KIND', 'Items.CATEGORY')
    await change('users.csv', 'ann,member', 'ann,')
    await assert.rejects(start(), /: users\.csv line 2: MEMBERSHIP_TYPE must not be empty/)
    await change('users.csv', 'ann,', 'ann,member')
    await assert.rejects(start({ minimums: 'on' }), /shop\.yaml line 31: solutions\.for-you: CREATE FAILED: .*1000/)
    assert.deepEqual(await templates(), before)
    await change('shop.yaml', '[lamp, helmet]', '[lamp, hamlet]')
    await assert.rejects(start(), /shop\.yaml line 40: pins\.1: items\.2: the dataset group has no item "hamlet"/)
    await change('shop.yaml', '[lamp, hamlet]', '[lamp, helmet]')
  })

  it('cannot be with a store or models elsewhere, nor without its file', async () => {
    for (const [options, message] of [
      [
        { store: 'postgres://127.0.0.1:1/shop' },
        /^Error: --seed needs .*: leave --store out, or use personalite seed$/,
      ],
      [{ models: 's3://shop/models' }, /^Error: --seed needs .*: leave --models out, or use personalite seed$/],
      [{ seed: '' }, /^Error: startServer: seed is invalid: ""\. It must be the path of a file\.$/],
      [{ seed: 'none.yaml' }, /none\.yaml cannot be read \(ENOENT\)$/],
    ] as const)
      await assert.rejects(start(options), message)
  })

  it('is made anew where a part of the template was deleted', async () => {
    await (await start()).stop()
    for (const name of await templates()) await rm(join(directory, 'personalite/seeds', name, 'personalite.sqlite'))
    await using server = await start()
    assert.equal((await itemsFor(server, 'ann')).length, 3)
    await trainingOf(server)
  })

  it('deletes templates that nothing has used for a month', async () => {
    await (await start()).stop()
    const [name = ''] = await templates()
    const old = Date.now() / 1000 - 40 * 86_400
    await utimes(join(directory, 'personalite/seeds', name), old, old)
    await change('items.csv', 'lamp,camping,19', 'lamp,camping,18')
    await (await start()).stop()
    assert.ok(!(await templates()).includes(name))
  })
})

const SCHEMA = JSON.stringify({
  type: 'record',
  name: 'Users',
  namespace: 'com.amazonaws.personalize.schema',
  fields: [
    { name: 'USER_ID', type: 'string' },
    { name: 'AGE', type: 'int' },
  ],
})
