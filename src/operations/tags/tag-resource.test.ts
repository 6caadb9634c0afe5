import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import {
  CreateDatasetCommand,
  CreateDatasetGroupCommand,
  CreateEventTrackerCommand,
  CreateSchemaCommand,
  ListTagsForResourceCommand,
  type Tag,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-personalize'
import { assertRefused, INVALID } from '#test/refused.ts'
import { startTestServer, type TestServer } from '#test/server.ts'
import { openTestServices } from '#test/services.ts'
import { createDatasetGroup } from '../dataset-groups/create-dataset-group.ts'
import { deleteDatasetGroup } from '../dataset-groups/delete-dataset-group.ts'
import { tagResource } from './tag-resource.ts'

const TOO_MANY = ['TooManyTagsException', 400] as const
const NOT_FOUND = ['ResourceNotFoundException', 400] as const

const tag = (tagKey: string, tagValue = ''): Tag => ({ tagKey, tagValue })
const numbered = (count: number, from = 0) => Array.from({ length: count }, (_, i) => tag(`key${from + i}`, `${i}`))

describe('TagResource', () => {
  let server: TestServer
  before(async () => {
    server = await startTestServer()
  })
  after(() => server[Symbol.asyncDispose]())

  const createGroup = async (name: string, tags: Tag[] = []) =>
    (await server.personalize.send(new CreateDatasetGroupCommand({ name, tags }))).datasetGroupArn!
  const add = (resourceArn: string, tags: Tag[]) =>
    server.personalize.send(new TagResourceCommand({ resourceArn, tags }))
  const remove = (resourceArn: string, tagKeys: string[]) =>
    server.personalize.send(new UntagResourceCommand({ resourceArn, tagKeys }))
  const list = async (resourceArn: string | undefined) =>
    (await server.personalize.send(new ListTagsForResourceCommand({ resourceArn }))).tags

  it('adds tags, which replace those with the same keys', async () => {
    const arn = await createGroup('tagged')
    assert.deepEqual(await list(arn), [])
    await add(arn, [tag('team', 'shop'), tag('stage', 'test')])
    await add(arn, [tag('stage', 'production'), tag('Stage'), tag('größe', 'a b_.:/=+-@')])
    const expected = [tag('team', 'shop'), tag('stage', 'production'), tag('Stage'), tag('größe', 'a b_.:/=+-@')]
    assert.deepEqual(await list(arn), expected)
  })

  it('keeps the tags of a resource’s creation', async () => {
    const tags = [tag('team', 'shop')]
    const group = await createGroup('created', tags)
    const fields = [
      { name: 'USER_ID', type: 'string' },
      { name: 'AGE', type: 'int' },
    ]
    const schema = JSON.stringify({ type: 'record', name: 'Users', fields })
    const { schemaArn } = await server.personalize.send(new CreateSchemaCommand({ name: 'users', schema }))
    const of = { schemaArn, datasetGroupArn: group, datasetType: 'Users' }
    const { datasetArn } = await server.personalize.send(new CreateDatasetCommand({ name: 'users', ...of, tags }))
    const tracker = new CreateEventTrackerCommand({ name: 'web', datasetGroupArn: group, tags })
    const { eventTrackerArn } = await server.personalize.send(tracker)
    for (const arn of [group, datasetArn, eventTrackerArn]) assert.deepEqual(await list(arn), tags)
  })

  it('allows 50 tags on a resource', async () => {
    const arn = await createGroup('many')
    await add(arn, numbered(50))
    await assertRefused(add(arn, [tag('one more')]), TOO_MANY, /^tags: the resource would have 51; the most is 50$/)
    await add(arn, numbered(50))
    assert.equal((await list(arn))!.length, 50)
  })

  it('refuses a reserved key or value, naming its place', async () => {
    const arn = await createGroup('reserved')
    for (const key of ['aws:team', 'AWS:team'])
      await assertRefused(add(arn, [tag('a'), tag(key)]), INVALID, /^tags\.2\.member\.tagKey must not begin with aws:/)
    const value = tag('team', 'aws:search')
    await assertRefused(add(arn, [tag('a'), value]), INVALID, /^tags\.2\.member\.tagValue must not begin with aws:/)
    assert.deepEqual(await list(arn), [])
    await add(arn, [tag('arn', 'arn:aws:s3')])
  })

  it('refuses a key that comes twice, naming its place', async () => {
    const arn = await createGroup('twice')
    const message = /^tags\.3\.member\.tagKey is that of tags\.1\.member too; each tag key must be unique$/
    await assertRefused(add(arn, [tag('a', '1'), tag('b'), tag('a', '2')]), INVALID, message)
    await add(arn, [tag('a'), tag('A')])
    assert.deepEqual(await list(arn), [tag('a'), tag('A')])
  })

  it('has the same rules for tags at creation, and creates nothing that breaks them', async () => {
    await assertRefused(createGroup('strict', numbered(51)), TOO_MANY, /would have 51/)
    await assertRefused(createGroup('strict', [tag('aws:team')]), INVALID, /^tags\.1\.member\.tagKey must not begin/)
    await createGroup('strict', numbered(50))
  })

  it('refuses keys and values of a form or length that the service does not allow', async () => {
    const arn = await createGroup('formed')
    for (const [bad, path] of [
      [tag('k'.repeat(129)), 'tagKey'],
      [tag(''), 'tagKey'],
      [tag('a*b'), 'tagKey'],
      [tag('k', 'v'.repeat(257)), 'tagValue'],
    ] as const) {
      await assertRefused(add(arn, [tag('good'), bad]), INVALID, new RegExp(`'tags\\.2\\.member\\.${path}' failed`))
    }
    await add(arn, [tag('k'.repeat(128), 'v'.repeat(256))])
  })

  it('loses none of the tags that are added at the same time', async () => {
    const arn = await createGroup('raced')
    await Promise.all(numbered(20).map(one => add(arn, [one])))
    assert.equal((await list(arn))!.length, 20)
  })

  it('refuses a resource that does not exist', async () => {
    const none = 'arn:aws:personalize:us-east-1:000000000000:dataset-group/none'
    for (const send of [() => add(none, [tag('a')]), () => remove(none, ['a']), () => list(none)])
      await assertRefused(send(), NOT_FOUND, /^The given resource does not exist: .*group\/none$/)
  })

  it('refuses a resource that is deleted at the same time', async () => {
    await using services = await openTestServices()
    const { datasetGroupArn: resourceArn } = await createDatasetGroup.run(services, { name: 'shop' })
    const [deleted, tagged] = await Promise.allSettled([
      deleteDatasetGroup.run(services, { datasetGroupArn: resourceArn! }),
      tagResource.run(services, { resourceArn: resourceArn!, tags: [{ tagKey: 'a', tagValue: '' }] }),
    ])
    assert.equal(deleted.status, 'fulfilled')
    assert.equal((tagged as PromiseRejectedResult).reason?.name, 'ResourceNotFoundException')
  })

  describe('UntagResource', () => {
    it('removes the tags with these keys, and no others', async () => {
      const arn = await createGroup('untagged', [tag('a'), tag('b'), tag('c')])
      await remove(arn, ['a', 'c', 'not there'])
      assert.deepEqual(await list(arn), [tag('b')])
    })
  })
})
