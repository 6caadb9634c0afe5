import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { PutUsersCommand, type User } from '@aws-sdk/client-personalize-events'
import { countOf, post, propertiesOf } from '#test/http.ts'
import { assertRefused, INVALID } from '#test/refused.ts'
import { createDataset, createUsersDataset, startTestServer, type TestServer } from '#test/server.ts'
import { openTestServices } from '#test/services.ts'
import { statusOf } from '../../contract/declared-errors.ts'
import { createDatasetGroup } from '../dataset-groups/create-dataset-group.ts'
import { createDataset as createDatasetOperation } from '../datasets/create-dataset.ts'
import { createSchema } from '../schemas/create-schema.ts'
import { putUsers } from './put-users.ts'

const id = { name: 'USER_ID', type: 'string' }
const category = { type: ['null', 'string'], categorical: true }

describe('PutUsers', () => {
  let server: TestServer
  /** AGE (int), MEMBERSHIP_TYPE (categorical) and LOYALTY_NUMBER (long), all of them nullable. */
  let datasetArn: string
  /** One nullable field of every type. */
  let typed: string
  /** COUNTRY (categorical) and LEVEL (int), neither of them nullable. */
  let strict: string

  before(async () => {
    server = await startTestServer()
    datasetArn = (await createUsersDataset(server)).datasetArn
    const types = ['int', 'long', 'float', 'double', 'boolean', 'string']
    const ofEachType = types.map(type => ({ name: `A_${type.toUpperCase()}`, type: ['null', type] }))
    const fields = [id, ...ofEachType, { name: 'GENRES_L1', ...category }, { name: 'GENRE_2_CODE', ...category }]
    typed = (await createUsersDataset(server, { group: 'typed', fields })).datasetArn
    const country = { name: 'COUNTRY', type: 'string', categorical: true }
    const strictly = { group: 'strict', fields: [id, country, { name: 'LEVEL', type: 'int' }] }
    strict = (await createUsersDataset(server, strictly)).datasetArn
  })
  after(() => server[Symbol.asyncDispose]())

  const put = (users: User[], into = datasetArn) => server.events.send(new PutUsersCommand({ datasetArn: into, users }))
  const putOne = (userId: string, properties?: string, into = datasetArn) => put([{ userId, properties }], into)
  const read = (userId: string, from = datasetArn) => propertiesOf(server, from, userId)
  const typedAs = async (properties: string) => {
    await putOne('typed', properties, typed)
    return read('typed', typed)
  }
  const users = (count: number) => Array.from({ length: count }, (_, i) => ({ userId: `many${i + 1}` }))

  it('stores a user, and answers as the service does: 200 without a body', async () => {
    const user = { userId: 'ann', properties: '{"age":31,"membershipType":"gold"}' }
    const response = await post(server, '/users', { datasetArn, users: [user] })
    assert.deepEqual([response.status, await response.text()], [200, ''])
    assert.equal(response.headers.get('content-type'), 'application/json')
    assert.deepEqual(await read('ann'), { age: 31, membershipType: 'gold' })
  })

  it('replaces a user whose userId is already there: properties that are left out are gone', async () => {
    await putOne('bob', '{"age":31,"membershipType":"gold"}')
    await putOne('bob', '{"loyaltyNumber":7}')
    assert.deepEqual(await read('bob'), { loyaltyNumber: 7 })
    await putOne('bob')
    assert.deepEqual(await read('bob'), {})
  })

  it('keeps the last of the users with one userId in a call', async () => {
    const properties = ['{"age":1}', '{"age":2,"membershipType":"gold"}', '{"age":3}']
    await put(properties.map(properties => ({ userId: 'cat', properties })))
    assert.deepEqual(await read('cat'), { age: 3 })
  })

  it('takes 10 users in a call', async () => {
    await put(users(10))
    assert.deepEqual([await read('many1'), await read('many10')], [{}, {}])
  })

  it('refuses 11 users, naming the first too many, and stores none', async () => {
    const { rows } = await countOf(server, datasetArn)
    await assertRefused(
      put(users(11).map(({ userId }) => ({ userId: `${userId}x` }))),
      INVALID,
      /'users'.*users\.11 is/,
    )
    assert.equal((await countOf(server, datasetArn)).rows, rows)
  })

  it('refuses a call without users', async () => {
    for (const body of [{ datasetArn, users: [] }, { datasetArn }]) {
      const response = await post(server, '/users', body)
      assert.deepEqual([response.status, response.headers.get('x-amzn-errortype')], INVALID.toReversed())
      assert.match(await response.text(), /at 'users' failed to satisfy constraint: Member must/)
    }
  })

  it('refuses a value of another JSON type than the model has', async () => {
    for (const [user, path] of [
      [{ userId: 7 }, 'users.1.member.userId'],
      [{ userId: 'dan', properties: { age: 31 } }, 'users.1.member.properties'],
    ] as const) {
      const response = await post(server, '/users', { datasetArn, users: [user] })
      assert.deepEqual([response.status, response.headers.get('x-amzn-errortype')], [400, 'SerializationException'])
      assert.match(await response.text(), new RegExp(path))
    }
  })

  it('takes userIds of 1 to 256 characters', async () => {
    const longest = 'é'.repeat(256)
    await put([{ userId: 'e' }, { userId: longest }])
    assert.deepEqual([await read('e'), await read(longest)], [{}, {}])
    for (const userId of ['', 'e'.repeat(257), undefined])
      await assertRefused(put([{ userId: 'f' }, { userId }]), INVALID, /'users\.2\.member\.userId' failed/)
  })

  it('takes properties of up to 24,000 characters', async () => {
    await putOne('fay', '{"age":31}'.padEnd(24_000))
    assert.deepEqual(await read('fay'), { age: 31 })
    for (const properties of ['{"age":32}'.padEnd(24_001), ''])
      await assertRefused(putOne('fay', properties), INVALID, /'users\.1\.member\.properties' failed.*length/)
    assert.deepEqual(await read('fay'), { age: 31 })
  })

  it('finds a field by its name in camel case, as in the guide', async () => {
    assert.deepEqual(await typedAs('{"genresL1":"Horror"}'), { genresL1: 'Horror' })
  })

  it('finds a field by any spelling with its letters and digits', async () => {
    for (const key of ['GENRES_L1', 'genres_l1', 'genresl1', 'genres_L1', 'GenresL1', 'Genres-L1', 'genres.l1'])
      assert.deepEqual(await typedAs(JSON.stringify({ [key]: 'Horror' })), { genresL1: 'Horror' }, key)
    for (const key of ['genre2Code', 'genre2code', 'GENRE_2_CODE', 'genre_2Code', 'GENRE2CODE'])
      assert.deepEqual(await typedAs(JSON.stringify({ [key]: 'x' })), { genre2Code: 'x' }, key)
  })

  it('refuses a field in two spellings, and of one spelling written twice keeps the last', async () => {
    const twice = putOne('gus', '{"genresL1":"a","GENRES_L1":"b"}', typed)
    await assertRefused(twice, INVALID, /users\.1\.member\.properties: genresL1 is given twice/)
    assert.deepEqual(await typedAs('{"aInt":1,"aInt":2}'), { aInt: 2 })
  })

  it('takes several categories, separated by |', async () => {
    const categories = 'Premium Class|Legacy Member'
    assert.deepEqual(await typedAs(JSON.stringify({ genresL1: categories })), { genresL1: categories })
  })

  it('leaves out empty categories; nothing but empty ones is null', async () => {
    for (const empty of ['', '|', ' ', ' | || '])
      assert.deepEqual(await typedAs(JSON.stringify({ genresL1: empty })), {}, empty)
    assert.deepEqual(await typedAs('{"genresL1":"|A|| |B|"}'), { genresL1: 'A|B' })
  })

  it('takes strings of up to 1000 characters, with any number of bytes', async () => {
    for (const character of ['x', 'é', '🙂']) {
      const longest = character.repeat(1000)
      assert.deepEqual(await typedAs(JSON.stringify({ aString: longest })), { aString: longest })
      for (const name of ['aString', 'genresL1']) {
        const tooLong = putOne('hal', JSON.stringify({ [name]: `${longest}x` }), typed)
        await assertRefused(
          tooLong,
          INVALID,
          new RegExp(`^users\\.1\\.member\\.properties: ${name}: Length .* got 1001`),
        )
      }
    }
  })

  it('takes numbers and booleans, also as strings, as the guide sends them', async () => {
    for (const [properties, stored] of [
      ['{"aInt":-5,"aLong":6,"aFloat":7.5,"aDouble":-8.25,"aBoolean":true}', [-5, 6, 7.5, -8.25, true]],
      ['{"aInt":"-5","aLong":" 6 ","aFloat":"7.5","aDouble":"-8.25","aBoolean":"true"}', [-5, 6, 7.5, -8.25, true]],
      ['{"aInt":45.0,"aLong":4.5e1,"aFloat":"1e-3","aDouble":0,"aBoolean":false}', [45, 45, 0.001, 0, false]],
      ['{"aInt":"2147483647","aLong":0,"aFloat":3,"aDouble":"+1.","aBoolean":"False"}', [2147483647, 0, 3, 1, false]],
    ] as const) {
      const [aInt, aLong, aFloat, aDouble, aBoolean] = stored
      assert.deepEqual(await typedAs(properties), { aInt, aLong, aFloat, aDouble, aBoolean })
    }
  })

  it('keeps every digit of a long, as a number and as a string', async () => {
    for (const digits of ['9007199254740993', '-9007199254740993', '9223372036854775807', '-9223372036854775808'])
      for (const written of [digits, `"${digits}"`, `${digits}.0`])
        assert.deepEqual(await typedAs(`{"aLong":${written}}`), { aLong: BigInt(digits) }, written)
  })

  it('refuses a value of another type, naming the property, the type and the value', async () => {
    for (const [name, value, message] of [
      ['aInt', 2147483648, 'must be an int, got the number 2147483648; an int is .* to 2147483647'],
      ['aInt', -2147483649, 'must be an int'],
      ['aInt', '4.5', 'must be an int, got the string "4.5"'],
      ['aInt', true, 'must be an int, got the boolean true'],
      ['aLong', '9223372036854775808', 'must be a long, got .*; a long is .* to 9223372036854775807'],
      ['aLong', '-9223372036854775809', 'must be a long'],
      ['aLong', 'many', 'must be a long, got the string "many"'],
      ['aLong', 1e30, 'must be a long'],
      ['aFloat', 1e39, 'must be a float, got the number 1e\\+39; a float is'],
      ['aDouble', 'NaN', 'must be a double, got the string "NaN"'],
      ['aDouble', '0x10', 'must be a double'],
      ['aBoolean', 1, 'must be a boolean, got the number 1'],
      ['aBoolean', 'yes', 'must be a boolean, got the string "yes"'],
      ['aString', 7, 'must be a string, got the number 7'],
      ['genresL1', ['a'], 'must be a string, got an array'],
      ['aString', { a: 1 }, 'must be a string, got an object'],
    ] as const) {
      const sent = putOne('ida', JSON.stringify({ [name]: value }), typed)
      await assertRefused(sent, INVALID, new RegExp(`^users\\.1\\.member\\.properties: ${name} ${message}`))
    }
    const beyond = putOne('ida', '{"aLong":9223372036854775808}', typed)
    await assertRefused(beyond, INVALID, /aLong must be a long, got the number 9223372036854775808/)
    assert.equal(await read('ida', typed), undefined)
  })

  it('takes null, or no value, where the field has a null type', async () => {
    assert.deepEqual(await typedAs('{"aInt":null,"aLong":"","aString":"","aDouble":2}'), { aDouble: 2 })
  })

  it('refuses null, or no value, where the field has no null type', async () => {
    for (const [properties, problem] of [
      ['{"country":null,"level":1}', 'country must not be null: COUNTRY has no null type in the schema'],
      ['{"country":"|","level":1}', 'country must not be empty'],
      ['{"country":"fr","level":" "}', 'level must not be empty'],
      ['{"country":"fr"}', 'level must be given'],
      ['{}', 'country, level must be given, having no null type in the schema'],
      [undefined, 'country, level must be given'],
    ] as const) {
      const sent = putOne('joy', properties, strict)
      await assertRefused(sent, INVALID, new RegExp(`^users\\.1\\.member\\.properties: ${problem}`))
    }
    await putOne('joy', '{"country":"fr","level":"1"}', strict)
    assert.deepEqual(await read('joy', strict), { country: 'fr', level: 1 })
  })

  it('leaves out a key that is not a field', async () => {
    for (const key of ['ages', 'âge', '__proto__', 'constructor', '']) {
      await putOne('kim', `{"age":1,${JSON.stringify(key)}:1}`)
      assert.deepEqual(await read('kim'), { age: 1 })
    }
  })

  it('refuses a key that is not a field with --unknown-properties refuse, naming it and all fields', async () => {
    await using strict = await startTestServer({ unknownProperties: 'refuse' })
    const { datasetArn } = await createUsersDataset(strict)
    for (const key of ['year', 'âge', '__proto__', 'constructor', ''])
      await assertRefused(
        strict.events.send(
          new PutUsersCommand({
            datasetArn,
            users: [{ userId: 'kim', properties: `{"age":1,${JSON.stringify(key)}:1}` }],
          }),
        ),
        INVALID,
        new RegExp(`"${key}" is not a field of the schema, which has age, membershipType, loyaltyNumber`),
      )
    assert.equal(await propertiesOf(strict, datasetArn, 'kim'), undefined)
  })

  it('refuses the userId inside properties', async () => {
    for (const key of ['userId', 'USER_ID', 'userid'])
      await assertRefused(
        putOne('lea', `{"${key}":"lea"}`),
        INVALID,
        /^users\.1\.member\.properties: userId is not allowed inside properties/,
      )
  })

  it('refuses properties that are not a JSON object, in the words of the service', async () => {
    const encodedTwice = JSON.stringify(JSON.stringify({ age: 1 }))
    for (const properties of [encodedTwice, '{"age":1', '{age:1}', "{'age':1}", '[]', 'null', '1', ' ', '{"age":1}{}'])
      await assertRefused(putOne('max', properties), INVALID, /Error parsing properties json/)
  })

  it('stores nothing of a call in which one user is refused', async () => {
    const [good, bad] = [
      { userId: 'ned', properties: '{"age":1}' },
      { userId: 'oda', properties: '{"age":"old"}' },
    ]
    await assertRefused(put([good, good, bad]), INVALID, /^users\.3\.member\.properties: age must be an int/)
    await assertRefused(put([bad, good]), INVALID, /^users\.1\.member\.properties: age must be an int/)
    assert.deepEqual([await read('ned'), await read('oda')], [undefined, undefined])
  })

  it('stores nothing in a dataset of another type, and names its type', async () => {
    for (const type of ['Items', 'Interactions'] as const) {
      const other = await createDataset(server, type)
      await assertRefused(
        putOne('pia', '{}', other.datasetArn),
        INVALID,
        /^datasetArn must be.*USERS.* is (ITEMS|INTER)/,
      )
      assert.equal((await countOf(server, other.datasetArn)).rows, 0)
    }
  })

  it('refuses a dataset that does not exist', async () => {
    const notFound = ['ResourceNotFoundException', 404] as const
    const arn = datasetArn.replace('/shop/', '/shops/')
    await assertRefused(putOne('ray', '{}', arn), notFound, /^The given dataset does not exist: .*\/shops\/USERS$/)
    for (const path of ['dataset/shop/Users', 'dataset/shop-users']) {
      const message = /; the ARN of a dataset ends in its group's name and its type, as dataset\/GROUP\/USERS$/
      await assertRefused(putOne('ray', '{}', datasetArn.replace('dataset/shop/USERS', path)), notFound, message)
    }
    const group = datasetArn.replace(':dataset/shop/USERS', ':dataset-group/shop')
    await assertRefused(putOne('ray', '{}', group), notFound, /dataset-group\/shop/)
    await assertRefused(putOne('ray', '{}', 'USERS'), INVALID, /'datasetArn' failed/)
  })

  it('is refused while the dataset is not ACTIVE', async () => {
    await using services = await openTestServices()
    const schema = { type: 'record', name: 'Users', fields: [id, { name: 'AGE', type: 'int' }] }
    const { schemaArn } = await createSchema.run(services, { name: 'users', schema: JSON.stringify(schema) })
    const { datasetGroupArn } = await createDatasetGroup.run(services, { name: 'shop' })
    const of = { schemaArn: schemaArn!, datasetGroupArn: datasetGroupArn!, datasetType: 'Users' }
    const { datasetArn } = await createDatasetOperation.run(services, { name: 'users', ...of })
    const input = { datasetArn: datasetArn!, users: [{ userId: 'sam', properties: '{"age":1}' }] }
    await putUsers.run(services, input)
    await services.store.resources.update(datasetArn!, { status: 'DELETE PENDING' })
    await assert.rejects(putUsers.run(services, input), error => {
      assert.equal(statusOf(error as never, 'events'), 409)
      assert.match(String(error), /^ResourceInUseException: .*dataset\/shop\/USERS is DELETE PENDING, not ACTIVE/)
      return true
    })
  })

  it('keeps ids and values of any script', async () => {
    for (const text of ['жук', '用户 1', 'e\u0301', '🙂👩‍👩‍👧', '\u0001', '"\\/\n\t|', '../x?y=&z#', 'u'.repeat(255)]) {
      await putOne(text, JSON.stringify({ aString: text }), typed)
      assert.deepEqual(await read(text, typed), { aString: text })
    }
    assert.equal(await read('\u00e9', typed), undefined)
  })

  it('changes no other dataset group', async () => {
    const other = await createUsersDataset(server, { group: 'library' })
    await putOne('tim', '{"age":1}')
    await putOne('tim', '{"age":2}', other.datasetArn)
    assert.deepEqual([await read('tim'), await read('tim', other.datasetArn)], [{ age: 1 }, { age: 2 }])
  })

  it('keeps the user of one of many calls at once, and mixes none', async () => {
    const userId = 'uma'
    const numbers = Array.from({ length: 50 }, (_, i) => i)
    await Promise.all(numbers.map(i => putOne(userId, `{"age":${i},"loyaltyNumber":${i},"membershipType":"m${i}"}`)))
    const { age, ...others } = (await read(userId))!
    assert.deepEqual(others, { loyaltyNumber: age, membershipType: `m${age}` })
  })
})
