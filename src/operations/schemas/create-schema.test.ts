import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { CreateSchemaCommand, DescribeSchemaCommand } from '@aws-sdk/client-personalize'
import { assertRefused, INVALID } from '#test/refused.ts'
import { startTestServer, type TestServer } from '#test/server.ts'
import { openTestServices } from '#test/services.ts'
import { createSchema } from './create-schema.ts'

/** A schema of the guide, with its white space. */
const USERS = `{
  "type": "record",
  "name": "Users",
  "namespace": "com.amazonaws.personalize.schema",
  "fields": [
      { "name": "USER_ID", "type": "string" },
      { "name": "GENDER", "type": "string", "categorical": true }
  ],
  "version": "1.0"
}`

describe('CreateSchema', () => {
  let server: TestServer
  before(async () => {
    server = await startTestServer()
  })
  after(() => server[Symbol.asyncDispose]())

  const create = (name: string, schema = USERS) => server.personalize.send(new CreateSchemaCommand({ name, schema }))

  it('keeps a schema byte for byte, under an ARN that ends in its name', async () => {
    const { schemaArn } = await create('users')
    assert.equal(schemaArn, 'arn:aws:personalize:us-east-1:000000000000:schema/users')
    const { schema } = await server.personalize.send(new DescribeSchemaCommand({ schemaArn }))
    assert.equal(schema!.schema, USERS)
    assert.equal(schema!.name, 'users')
  })

  it('keeps its domain', async () => {
    const input = { name: 'shop-users', schema: USERS, domain: 'ECOMMERCE' } as const
    const { schemaArn } = await server.personalize.send(new CreateSchemaCommand(input))
    const { schema } = await server.personalize.send(new DescribeSchemaCommand({ schemaArn }))
    assert.equal(schema!.domain, 'ECOMMERCE')
  })

  it('refuses a name that is taken, in the words of the service', async () => {
    await create('taken')
    const message =
      /^Another resource with Arn arn:aws:personalize:us-east-1:000000000000:schema\/taken already exists\.$/
    await assertRefused(create('taken'), ['ResourceAlreadyExistsException', 400], message)
  })

  it('refuses a schema that breaks a rule of the guide, naming the field', async () => {
    for (const [schema, message] of [
      ['{', /^schema: must be JSON/],
      [USERS.replace('"Users"', '"People"'), /^schema: name must be Interactions, Users/],
      [USERS.replace('USER_ID', 'USER'), /^schema: the field USER_ID is missing/],
      [
        USERS.replace('"GENDER", "type": "string"', '"GENDER", "type": "date"'),
        /^schema: the field GENDER must be of type/,
      ],
      ['x'.repeat(20_001), /'schema' failed.* 20000/],
    ] as const) {
      await assertRefused(create('broken', schema), INVALID, message)
    }
    await create('broken')
  })

  it('refuses a name with characters that the service does not allow', async () => {
    for (const name of ['', '-users', 'my users', 'x'.repeat(64)])
      await assertRefused(create(name), INVALID, /'name' failed to satisfy constraint/)
  })

  it('refuses more than the limit of the service, also in many requests at once', async () => {
    await using services = await openTestServices()
    const limited = { ...services, quotas: { ...services.quotas, schemas: 3 } }
    const names = ['s1', 's2', 's3', 's4', 's5']
    const results = await Promise.allSettled(names.map(name => createSchema.run(limited, { name, schema: USERS })))
    const refused = results.flatMap(result => (result.status === 'rejected' ? [String(result.reason)] : []))
    const exceeded = 'LimitExceededException: More than 3 resources in ACTIVE state. Please delete some and try again.'
    assert.deepEqual(refused, [exceeded, exceeded])
  })
})
