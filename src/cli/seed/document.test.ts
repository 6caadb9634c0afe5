import assert from 'node:assert/strict'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { temporaryDirectory } from '#test/directory.ts'
import type { Seed } from './declared.ts'
import { readSeed } from './document.ts'
import { readRows } from './rows.ts'

const EXAMPLE = fileURLToPath(new URL('../../../examples/seed/shop.yaml', import.meta.url))

const SCHEMA = `{type: record, name: Users, fields: [{name: USER_ID, type: string}, {name: AGE, type: int}]}`
const SHOP = `datasetGroup: shop
datasets:
  Users:
    schema: ${SCHEMA}
    csv: users.csv
solutions:
  for-you:
    recipe: aws-user-personalization-v2
pins:
  - campaign: for-you
    items: [tent]
`

describe('readSeed', () => {
  let directory: string
  before(async () => {
    directory = await temporaryDirectory()
    await writeFile(join(directory, 'users.csv'), 'USER_ID,AGE\nann,31\n')
  })
  after(() => rm(directory, { recursive: true }))

  async function seedOf(text: string): Promise<Seed> {
    await writeFile(join(directory, 'shop.yaml'), text)
    return readSeed(join(directory, 'shop.yaml'))
  }

  /** The error, without the folder of the file. */
  async function errorOf(text: string): Promise<string> {
    const error = await seedOf(text).then(
      () => assert.fail('it is taken'),
      (found: Error) => found,
    )
    return error.message.replaceAll(`${directory}/`, '')
  }

  it('reads the example', async () => {
    const { group, datasets, solutions, filters, pins } = await readSeed(EXAMPLE)
    assert.deepEqual(group.input, { name: 'shop' })
    assert.deepEqual(
      datasets.map(({ type, input, csv }) => [type, input.name, csv?.name]),
      [
        ['Users', 'shop-users', 'users.csv'],
        ['Items', 'shop-items', 'items.csv'],
        ['Interactions', 'shop-interactions', 'interactions.csv'],
      ],
    )
    assert.deepEqual(
      solutions.map(({ input, campaign }) => [input, campaign]),
      [
        [
          {
            name: 'for-you',
            recipeArn: 'arn:aws:personalize:::recipe/aws-user-personalization-v2',
            performAutoTraining: false,
          },
          { name: 'for-you', campaignConfig: { enableMetadataWithRecommendations: true } },
        ],
      ],
    )
    assert.equal(filters[0]!.input.filterExpression, 'INCLUDE ItemID WHERE Items.CATEGORY IN ("camping")')
    const answer = { userId: 'zoe', items: ['lamp', 'helmet'] }
    assert.deepEqual(pins[0], { place: pins[0]!.place, of: { kind: 'campaign', name: 'for-you' }, answer })
    assert.match(pins[0]!.place, /shop\.yaml line 40: pins\.1$/)
  })

  it('reads JSON, and ids that have no quotes as they are written', async () => {
    assert.equal((await seedOf('{"datasetGroup": "shop", "filters": {}}')).group.input.name, 'shop')
    const { pins } = await seedOf(SHOP.replace('[tent]', '[007, 1.50, true, "a b"]'))
    assert.deepEqual(pins[0]!.answer.items, ['007', '1.50', 'true', 'a b'])
  })

  it('has another hash for other contents, and the same for other pins and comments', async () => {
    const { hash } = await seedOf(SHOP)
    const same = [SHOP.replace('tent', 'bag'), `# A shop\n${SHOP}`, SHOP.replace('shop', '"shop"')]
    for (const text of same) assert.equal((await seedOf(text)).hash, hash)
    const others = [
      SHOP.replace('shop', 'store'),
      SHOP.replace('AGE', 'YEARS'),
      SHOP.replace('    csv: users.csv\n', ''),
      SHOP.replaceAll('for-you', 'yours'),
      SHOP.replace('-v2', ''),
      `${SHOP}filters: {some: EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("*")}`,
      SHOP.replace('-v2', '-v2\n    performAutoTraining: true'),
      SHOP.replace('-v2', '-v2\n    campaignConfig: {enableMetadataWithRecommendations: true}'),
    ]
    const hashes = new Set([hash])
    for (const text of others) hashes.add((await seedOf(text)).hash)
    await writeFile(join(directory, 'users.csv'), 'USER_ID,AGE\nann,32\n')
    hashes.add((await seedOf(SHOP)).hash)
    assert.equal(hashes.size, others.length + 2)
  })

  for (const [what, text, message] of [
    [
      'nothing',
      '',
      'shop.yaml line 1: must have datasetGroup, domain, datasets, solutions, recommenders, filters, pins',
    ],
    ['no YAML', 'a: [1', /^shop\.yaml line 1: it is not YAML: Flow sequence/],
    ['a name twice', `${SHOP}datasetGroup: b`, /^shop\.yaml line 12: it is not YAML: Map keys must be unique$/],
    ['an unknown tag', 'datasetGroup: !env X', /^shop\.yaml line 1: it is not YAML: Unresolved tag: !env$/],
    ['no dataset group', 'filters: {}', 'shop.yaml line 1: datasetGroup is missing'],
    ['a blank name', 'datasetGroup: " "', 'shop.yaml line 1: datasetGroup must be a text that is not blank'],
    ['a list for a text', 'datasetGroup: [a]', 'shop.yaml line 1: datasetGroup must be a text'],
    ['a name that the API refuses', 'datasetGroup: a b', /^shop\.yaml line 1: datasetGroup is invalid: .* at 'name' /],
    ['an unknown domain', 'domain: SHOES\ndatasetGroup: a', /^shop\.yaml line 1: domain is invalid: .*VIDEO_ON_DEMAND/],
    [
      'an unknown member',
      `${SHOP}recommender: {}`,
      /^shop\.yaml line 12: recommender is not a member; there are datasetGroup, .*, recommenders, filters, pins$/,
    ],
    [
      'an unknown dataset',
      SHOP.replace('Users:', 'users:'),
      'shop.yaml line 3: datasets.users is not a member; there are Users, Items, Actions, Interactions, Action_Interactions',
    ],
    [
      'an unknown member of a dataset',
      SHOP.replace('csv:', 'file:'),
      'shop.yaml line 5: datasets.Users.file is not a member; there are schema, csv',
    ],
    ['no schema', SHOP.replace(/schema:.*\n/, '\n'), 'shop.yaml line 3: datasets.Users.schema is missing'],
    [
      'the schema of another dataset',
      SHOP.replace('name: Users', 'name: Items').replace('USER_ID', 'ITEM_ID'),
      'shop.yaml line 4: datasets.Users.schema must have the name Users, got that of ITEMS',
    ],
    [
      'a schema that the API refuses',
      SHOP.replace('type: int', 'type: date'),
      /^shop\.yaml line 4: datasets\.Users\.schema is invalid: schema: the field AGE must be of type string, int/,
    ],
    [
      'a file that is not there',
      SHOP.replace('users.csv', 'user.csv'),
      'shop.yaml line 5: datasets.Users.csv is user.csv, which cannot be read (ENOENT)',
    ],
    ['no recipe', SHOP.replace('recipe:', 'eventType:'), 'shop.yaml line 7: solutions.for-you.recipe is missing'],
    [
      'an unknown member of a configuration, however deep',
      SHOP.replace('-v2', '-v2\n    solutionConfig: {trainingDataConfig: {excluded: []}}'),
      'shop.yaml line 7: solutions.for-you has solutionConfig.trainingDataConfig.excluded, which is not a member; ' +
        'there are excludedDatasetColumns, includedDatasetColumns',
    ],
    [
      'a value that the API refuses',
      SHOP.replace('-v2', '-v2\n    performHPO: maybe'),
      /^shop\.yaml line 7: solutions\.for-you is invalid: .* can not be converted to a Boolean at 'performHPO'; send true or false without quotes$/,
    ],
    [
      'a pin of another campaign',
      SHOP.replace('campaign: for-you', 'campaign: yours'),
      'shop.yaml line 10: pins.1.campaign is yours, which this file does not declare; it declares for-you',
    ],
    [
      'a pin of nothing',
      SHOP.replace('campaign: for-you', 'userId: ann'),
      'shop.yaml line 10: pins.1 must have either campaign or recommender',
    ],
    ['no list of items', SHOP.replace('[tent]', 'tent'), 'shop.yaml line 11: pins.1.items must be a list'],
    ['an empty item', SHOP.replace('[tent]', '[tent, ~]'), /^shop\.yaml line 11: pins\.1\.items\.2 must be a text/],
  ] as const) {
    it(`refuses ${what}`, async () => {
      const found = await errorOf(text)
      if (typeof message === 'string') assert.equal(found, message)
      else assert.match(found, message)
    })
  }

  it('says that there is no file', async () => {
    await assert.rejects(readSeed(join(directory, 'none.yaml')), /none\.yaml cannot be read \(ENOENT\)$/)
  })

  for (const [csv, message] of [
    [
      'USER_ID,AGE\nann,31\nbob,old\ncid,x\n',
      /^users\.csv line 3: AGE must be an int.* \(2 such rows, on lines 3 and 4\)$/,
    ],
    ['USER_ID,AGE\nann\n', /^users\.csv line 2: must have 2 cells like the header, got 1: "ann"$/],
    ['USER_ID,AGE\nann,\n', /^users\.csv line 2: AGE must not be empty/],
    ['USER_ID\nann\n', /^users\.csv line 1: Input CSV is missing the following columns:\[AGE\]/],
    ['', /^users\.csv is empty/],
  ] as const) {
    it(`names the lines of ${JSON.stringify(csv)}`, async () => {
      await writeFile(join(directory, 'users.csv'), csv)
      const { datasets } = await seedOf(SHOP)
      await assert.rejects(readRows(datasets[0]!), (error: Error) => message.test(error.message))
    })
  }
})
