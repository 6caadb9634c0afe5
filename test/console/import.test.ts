import assert from 'node:assert/strict'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { zstdCompressSync } from 'node:zlib'
import { DescribeSchemaCommand } from '@aws-sdk/client-personalize'
import { closeBrowser, look, noBrowser } from '#test/browser.ts'
import { eventually } from '#test/eventually.ts'
import { inspect, propertiesOf } from '#test/http.ts'
import { createUsersDataset, startTestServer, type TestServer } from '#test/server.ts'

const MARKUP = '<img src=x onerror="throw 1">'
const arn = (resource: string) => `arn:aws:personalize:us-east-1:000000000000:${resource}`

/** Films as a program writes them: other names, a column of free text, some prices that are no number. */
const FILMS = [
  'movieId,title,genres,price,overview',
  ...Array.from({ length: 40 }, (_, n) => {
    const overview = `A long story with ${MARKUP.replaceAll('"', '""')} in it, and the number ${n} in its end`
    return `m${n},"Film, number ${n}",${n % 2 ? 'Drama' : 'Drama|Horror'},${n % 10 === 3 ? 'n/a' : n + 0.5},"${overview}"`
  }),
].join('\n')

/** The file that was put for an import goes when that is over. */
async function assertForgotten({ dataDir }: TestServer): Promise<void> {
  const folder = join(dataDir, 's3/personalite-console-uploads')
  await eventually('the file to be removed', async () => (await readdir(folder)).length === 0)
}

describe('imports in the console', { skip: noBrowser }, () => {
  let server: TestServer
  before(async () => {
    server = await startTestServer()
    await createUsersDataset(server)
  })
  after(async () => {
    await closeBrowser()
    await server[Symbol.asyncDispose]()
  })

  it('leads from a dropped file to its rows: a proposed schema, the rows as they will be stored, what came in', async () => {
    await using console = await look(server.url)
    const { page, assertUsable } = console
    const next = () => page.getByRole('button', { name: 'Next', exact: true }).click()
    await console.open('/import')
    await page.getByLabel('A new one').click()
    await next()
    await page.getByText('Give it a name of letters').waitFor()
    await page.getByLabel('Name').fill('films')
    await next()
    const buffer = Buffer.from(FILMS)
    await page.locator('input[type=file]').setInputFiles({ name: 'movies.csv', mimeType: 'text/csv', buffer })
    await page.getByText('Type of rows').waitFor()
    await assertUsable()
    await next()
    assert.equal(await page.getByLabel('Field of the column movieId').inputValue(), 'ITEM_ID')
    await page.getByText('Its values have | between several categories').waitFor()
    await assertUsable()
    await next()
    await page.getByText('4 rows have a cell without a value').waitFor()
    await page.getByText(MARKUP).first().waitFor()
    await assertUsable()
    await next()
    await page.getByText('films: is created, custom').waitFor()
    await page.getByRole('button', { name: 'Import', exact: true }).click()
    await page.getByText('40 rows came in').waitFor()
    await page.getByRole('rowheader', { name: 'PRICE' }).waitFor()
    await assertForgotten(server)
    assert.match(page.url(), /#\/import\/films\/job\/films-items-\d{14}$/)
    await assertUsable()

    const { schema } = await server.personalize.send(
      new DescribeSchemaCommand({ schemaArn: arn('schema/films-items') }),
    )
    assert.deepEqual(JSON.parse(schema!.schema!).fields, [
      { name: 'ITEM_ID', type: 'string' },
      { name: 'TITLE', type: ['null', 'string'] },
      { name: 'GENRES', type: ['null', 'string'], categorical: true },
      { name: 'PRICE', type: ['null', 'float'] },
      { name: 'OVERVIEW', type: ['null', 'string'], textual: true },
    ])
    assert.deepEqual(await propertiesOf(server, arn('dataset/films/ITEMS'), 'm3'), {
      ...{
        title: 'Film, number 3',
        genres: 'Drama',
        overview: `A long story with ${MARKUP} in it, and the number 3 in its end`,
      },
    })
  })

  it('imports a file of S3 into a dataset that is there, and marks the cells that it refuses', async () => {
    const folder = join(server.dataDir, 's3/shop')
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, 'bad.csv'), 'USER_ID,AGE,MEMBERSHIP_TYPE,LOYALTY_NUMBER\n,30,gold,1\n')
    await writeFile(join(folder, 'users.csv'), 'USER_ID,AGE,MEMBERSHIP_TYPE,LOYALTY_NUMBER\nann,30,gold,1\n')
    await using console = await look(server.url, { width: 360, isDark: true })
    const { page } = console
    const next = () => page.getByRole('button', { name: 'Next', exact: true }).click()
    const lookAt = async (location: string) => {
      await page.getByLabel('S3 location').fill(location)
      await page.getByRole('button', { name: 'Look at it' }).click()
    }
    await console.open('/import/shop')
    await next()
    await page.getByLabel('In S3').click()
    await lookAt('s3://shop/none.csv')
    await page.getByText('There is no CSV or Parquet file at s3://shop/none.csv').waitFor()
    await lookAt('s3://shop/bad.csv')
    await page.getByText('Type of rows').waitFor()
    await next()
    await page.getByText('The dataset is there already').waitFor()
    await next()
    await page.getByText('1 row is refused').waitFor()
    await page.getByRole('button', { name: 'Previous' }).click()
    await page.getByRole('button', { name: 'Previous' }).click()
    await lookAt('s3://shop/users.csv')
    await page.getByText('s3://shop/users.csv').first().waitFor()
    await next()
    await next()
    await page.getByText('Nothing is wrong').waitFor()
    await console.assertUsable()
    await next()
    await page.getByText('Replace the rows of earlier imports').waitFor()
    await page.getByRole('button', { name: 'Import', exact: true }).click()
    await page.getByText('1 row came in').waitFor()
    const ann = { age: 30, membershipType: 'gold', loyaltyNumber: 1 }
    assert.deepEqual(await propertiesOf(server, arn('dataset/shop/USERS'), 'ann'), ann)
  })

  it('puts one user by a form that is made from the schema, and shows the call', async () => {
    await using console = await look(server.url)
    const { page } = console
    await console.open('/import/shop/one/users')
    await page.getByRole('button', { name: 'Put the user' }).click()
    await page.getByText('Give the user an id').waitFor()
    await page.getByLabel('userId').fill(MARKUP)
    await page.getByLabel(/^AGE/).fill('41')
    await page.getByText('The same elsewhere').click()
    await page.getByText('aws personalize-events put-users').waitFor()
    await console.assertUsable()
    await page.getByRole('button', { name: 'Put the user' }).click()
    await page.getByText('is stored').waitFor()
    assert.deepEqual(await propertiesOf(server, arn('dataset/shop/USERS'), MARKUP), { age: 41 })
  })

  it('has the server read a dropped file that a browser cannot', async () => {
    await using console = await look(server.url)
    const { page } = console
    const next = () => page.getByRole('button', { name: 'Next', exact: true }).click()
    await console.open('/import/shop')
    await next()
    const buffer = zstdCompressSync('USER_ID,AGE,MEMBERSHIP_TYPE,LOYALTY_NUMBER\nzoe,30,gold,1\n')
    await page.locator('input[type=file]').setInputFiles({ name: 'users.csv.zst', mimeType: '', buffer })
    await page.getByText('Type of rows').waitFor()
    for (let step = 0; step < 3; step++) await next()
    await page.getByRole('button', { name: 'Import', exact: true }).click()
    await page.getByText('1 row came in').waitFor()
  })

  it('sends the rows by Put calls where the server takes no file', async () => {
    await using s3 = await startTestServer({ s3: 'endpoint' })
    const { datasetArn } = await createUsersDataset(s3)
    await using console = await look(s3.url)
    const { page } = console
    const next = () => page.getByRole('button', { name: 'Next', exact: true }).click()
    await console.open('/import/shop')
    await next()
    const rows = Array.from({ length: 25 }, (_, n) => `u${n},${n}\n`).join('')
    const buffer = Buffer.from(`USER_ID,AGE\n${rows},5\n`)
    await page.locator('input[type=file]').setInputFiles({ name: 'users.csv', mimeType: 'text/csv', buffer })
    await page.getByText('Type of rows').waitFor()
    for (let step = 0; step < 3; step++) await next()
    await page.getByText('the rows go by Put calls').waitFor()
    await page.getByRole('button', { name: 'Import', exact: true }).click()
    await page.getByText('25 rows are there').waitFor()
    await page.getByText('1 row was refused').waitFor()
    const { count } = await inspect<{ count: { PUT: number } }>(s3, '/inspect/count', { datasetArn })
    assert.equal(count.PUT, 25)
    assert.deepEqual(await propertiesOf(s3, datasetArn, 'u24'), { age: 24 })
  })
})
