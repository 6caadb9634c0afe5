import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import {
  CreateSchemaCommand,
  CreateSolutionCommand,
  DeleteSchemaCommand,
  DescribeDatasetCommand,
  DescribeSolutionCommand,
  type SolutionConfig,
  type TrainingDataConfig,
  UpdateDatasetCommand,
} from '@aws-sdk/client-personalize'
import { PutUsersCommand } from '@aws-sdk/client-personalize-events'
import { openFaultyWrites } from '#test/faulty-writes.ts'
import { propertiesOf } from '#test/http.ts'
import { assertRefused, INVALID } from '#test/refused.ts'
import { createDataset, createUsersDataset, startTestServer, type TestServer } from '#test/server.ts'

const field = (name: string, type: string, more = {}) => ({ name, type: ['null', type], ...more })
const USER_ID = { name: 'USER_ID', type: 'string' }
const [AGE, CITY, NICKNAME] = [field('AGE', 'int'), field('CITY', 'string'), field('NICKNAME', 'string')]

describe('UpdateDataset', () => {
  let server: TestServer
  before(async () => {
    server = await startTestServer()
  })
  after(() => server[Symbol.asyncDispose]())

  /** A dataset of users with AGE and CITY. */
  const createUsers = (group: string) => createUsersDataset(server, { group, fields: [USER_ID, AGE, CITY] })
  async function createSchema(name: string, fields: readonly object[], type = 'Users') {
    const schema = JSON.stringify({ type: 'record', name: type, fields })
    return (await server.personalize.send(new CreateSchemaCommand({ name, schema }))).schemaArn!
  }
  const update = (datasetArn: string, schemaArn: string) =>
    server.personalize.send(new UpdateDatasetCommand({ datasetArn, schemaArn }))
  const put = (datasetArn: string, userId: string, properties: string) =>
    server.events.send(new PutUsersCommand({ datasetArn, users: [{ userId, properties }] }))

  it('takes a new property at once, which users put before do not have', async () => {
    const { datasetArn } = await createUsers('grown')
    await put(datasetArn, 'ann', '{"age":31,"city":"Bern"}')
    await put(datasetArn, 'bob', '{"nickname":"b"}')
    assert.deepEqual(await propertiesOf(server, datasetArn, 'bob'), {})

    await update(datasetArn, await createSchema('grown-2', [USER_ID, AGE, CITY, NICKNAME]))
    await put(datasetArn, 'bob', '{"age":40,"nickname":"b"}')
    assert.deepEqual(await propertiesOf(server, datasetArn, 'ann'), { age: 31, city: 'Bern' })
    assert.deepEqual(await propertiesOf(server, datasetArn, 'bob'), { age: 40, nickname: 'b' })
  })

  it('reads old users correctly where the new schema has the fields in another order', async () => {
    const { datasetArn } = await createUsers('turned')
    await put(datasetArn, 'ann', '{"age":31,"city":"Bern"}')
    await update(datasetArn, await createSchema('turned-2', [NICKNAME, CITY, AGE, USER_ID]))
    await put(datasetArn, 'bob', '{"nickname":"b","city":"Rom"}')
    await update(datasetArn, await createSchema('turned-3', [field('SIZE', 'float'), USER_ID, AGE, CITY, NICKNAME]))
    await put(datasetArn, 'cat', '{"size":1.5,"age":7}')
    assert.deepEqual(await propertiesOf(server, datasetArn, 'ann'), { age: 31, city: 'Bern' })
    assert.deepEqual(await propertiesOf(server, datasetArn, 'bob'), { city: 'Rom', nickname: 'b' })
    assert.deepEqual(await propertiesOf(server, datasetArn, 'cat'), { age: 7, size: 1.5 })
  })

  it('leaves the new columns out of the training of existing solutions', async () => {
    const { datasetArn, datasetGroupArn } = await createUsers('trained')
    await createDataset(server, 'Interactions', { group: 'trained' })
    const create = async (name: string, recipe: string, solutionConfig?: SolutionConfig) => {
      const recipeArn = `arn:aws:personalize:::recipe/${recipe}`
      const solution = { name, datasetGroupArn, recipeArn, solutionConfig, performAutoTraining: false }
      return (await server.personalize.send(new CreateSolutionCommand(solution))).solutionArn!
    }
    const columnsOf = async (solutionArn: string) =>
      (await server.personalize.send(new DescribeSolutionCommand({ solutionArn }))).solution!.solutionConfig
        ?.trainingDataConfig
    const told = (columns: TrainingDataConfig) => ({ trainingDataConfig: columns })
    const recipe = 'aws-user-personalization-v2'
    const plain = await create('plain', recipe)
    const fewer = await create('fewer', recipe, told({ excludedDatasetColumns: { Users: ['CITY'] } }))
    const only = await create('only', recipe, told({ includedDatasetColumns: { USERS: ['AGE'] } }))
    const unread = await create('unread', 'aws-popularity-count')
    await update(datasetArn, await createSchema('trained-2', [USER_ID, AGE, CITY, NICKNAME]))
    assert.deepEqual(await columnsOf(plain), { excludedDatasetColumns: { USERS: ['NICKNAME'] } })
    assert.deepEqual(await columnsOf(fewer), { excludedDatasetColumns: { Users: ['CITY', 'NICKNAME'] } })
    assert.deepEqual(await columnsOf(only), { includedDatasetColumns: { USERS: ['AGE'] } })
    assert.equal(await columnsOf(unread), undefined)
    assert.equal(await columnsOf(await create('new', recipe)), undefined)
  })

  it('leaves them out of all solutions, once, if it was cut off and is sent again', async () => {
    const { datasetArn, datasetGroupArn, schemaArn } = await createUsers('cut')
    await createDataset(server, 'Interactions', { group: 'cut' })
    const solutions: string[] = []
    for (const name of ['cut-1', 'cut-2']) {
      const recipeArn = 'arn:aws:personalize:::recipe/aws-user-personalization-v2'
      const solution = { name, datasetGroupArn, recipeArn, performAutoTraining: false }
      solutions.push((await server.personalize.send(new CreateSolutionCommand(solution))).solutionArn!)
    }
    const replacement = await createSchema('cut-2', [USER_ID, AGE, CITY, NICKNAME])
    await using store = await openFaultyWrites(server.dataDir, 'fails', ['resources'])
    for (const writes of [0, 1, 2]) {
      await store.faultyAfter(writes)
      await assert.rejects(update(datasetArn, replacement))
      await store.mend()
      const { dataset } = await server.personalize.send(new DescribeDatasetCommand({ datasetArn }))
      assert.equal(dataset!.schemaArn, schemaArn)
    }
    await update(datasetArn, replacement)
    for (const solutionArn of solutions) {
      const { solution } = await server.personalize.send(new DescribeSolutionCommand({ solutionArn }))
      assert.deepEqual(solution!.solutionConfig?.trainingDataConfig, {
        excludedDatasetColumns: { USERS: ['NICKNAME'] },
      })
    }
  })

  it('shows the new schema and the latest update, and releases the old schema', async () => {
    const { datasetArn, schemaArn } = await createUsers('shown')
    const replacement = await createSchema('shown-2', [USER_ID, AGE, CITY, NICKNAME])
    assert.equal((await update(datasetArn, replacement)).datasetArn, datasetArn)
    const { dataset } = await server.personalize.send(new DescribeDatasetCommand({ datasetArn }))
    const { status, schemaArn: shown, latestDatasetUpdate: latest } = dataset!
    assert.deepEqual([status, shown], ['ACTIVE', replacement])
    assert.deepEqual([latest!.status, latest!.schemaArn], ['ACTIVE', replacement])
    assert.ok(latest!.creationDateTime instanceof Date)
    await server.personalize.send(new DeleteSchemaCommand({ schemaArn }))
    const inUse = server.personalize.send(new DeleteSchemaCommand({ schemaArn: replacement }))
    await assertRefused(inUse, ['ResourceInUseException', 400], /shown\/USERS$/)
  })

  it('refuses a schema that changes or drops a field, or adds one without a null type, naming it', async () => {
    const { datasetArn, schemaArn } = await createUsers('kept')
    const categorical = field('CITY', 'string', { categorical: true })
    for (const [name, fields, message] of [
      ['dropped', [USER_ID, AGE], /^schema: the field CITY is missing/],
      [
        'retyped',
        [USER_ID, field('AGE', 'long'), CITY],
        /^schema: the field AGE must stay int or null, got long or null/,
      ],
      ['categorical', [USER_ID, AGE, categorical], /^schema: the field CITY must stay string or null, got categorical/],
      [
        'strict',
        [USER_ID, AGE, CITY, { name: 'SIZE', type: 'int' }],
        /^schema: the new field SIZE must have a null type/,
      ],
    ] as const) {
      await assertRefused(update(datasetArn, await createSchema(name, fields)), INVALID, message)
    }
    const { dataset } = await server.personalize.send(new DescribeDatasetCommand({ datasetArn }))
    assert.equal(dataset!.schemaArn, schemaArn)
  })

  it('refuses a schema for another type or domain, and a change of interactions', async () => {
    const { datasetArn } = await createUsers('typed')
    const items = await createDataset(server, 'Items', { group: 'typed' })
    await assertRefused(update(datasetArn, items.schemaArn), INVALID, /typed-items is not for a dataset of type USERS/)
    const schema = JSON.stringify({ type: 'record', name: 'Users', fields: [USER_ID, AGE, CITY] })
    const ofDomain = new CreateSchemaCommand({ name: 'domain', domain: 'ECOMMERCE', schema })
    const { schemaArn } = await server.personalize.send(ofDomain)
    await assertRefused(update(datasetArn, schemaArn!), INVALID, /schema\/domain is not for/)
    const interactions = await createDataset(server, 'Interactions', { group: 'typed' })
    const same = update(interactions.datasetArn, interactions.schemaArn)
    await assertRefused(same, INVALID, /of type INTERACTIONS cannot be replaced, only of USERS and ITEMS/)
  })

  it('refuses a dataset or a schema that does not exist', async () => {
    const { datasetArn, schemaArn } = await createUsers('there')
    const notFound = ['ResourceNotFoundException', 400] as const
    await assertRefused(update(datasetArn.replace('/there', '/none'), schemaArn), notFound, /none\/USERS$/)
    await assertRefused(
      update(datasetArn, `${schemaArn}s`),
      notFound,
      /^The given schema does not exist: .*there-userss$/,
    )
  })

  it('carries out only one of two updates at once: the other would drop its field', async () => {
    const { datasetArn } = await createUsers('raced')
    const added = [field('A', 'string'), field('B', 'string')]
    const schemas = [
      await createSchema('raced-a', [USER_ID, AGE, CITY, added[0]!]),
      await createSchema('raced-b', [USER_ID, AGE, CITY, added[1]!]),
    ]
    const results = await Promise.allSettled(schemas.map(schemaArn => update(datasetArn, schemaArn)))
    assert.deepEqual(results.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected'])
  })
})
