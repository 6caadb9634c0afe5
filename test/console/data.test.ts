import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { PutEventsCommand, PutItemsCommand, PutUsersCommand } from '@aws-sdk/client-personalize-events'
import { closeBrowser, look, noBrowser } from '#test/browser.ts'
import { historyOf, propertiesOf } from '#test/http.ts'
import { createDataset, createTracker, createUsersDataset, startTestServer, type TestServer } from '#test/server.ts'

/** An id that is markup, that has what paths and queries are made of, and that would be another if decoded twice. */
const HOSTILE = 'a%26b/?#<img src=x onerror="throw 1">'
const LONG = 9223372036854775807n

describe('the data in the console', { skip: noBrowser }, () => {
  let server: TestServer
  let users: Awaited<ReturnType<typeof createDataset>>
  let interactions: typeof users
  before(async () => {
    server = await startTestServer()
    users = await createUsersDataset(server)
    const items = await createDataset(server, 'Items')
    interactions = await createDataset(server, 'Interactions')
    const { datasetArn, datasetGroupArn } = users
    const properties = JSON.stringify({ age: 3, membershipType: '<script>throw 1</script>' })
    const hostile = { userId: HOSTILE, properties: properties.replace('}', `,"loyaltyNumber":${LONG}}`) }
    await server.events.send(new PutUsersCommand({ datasetArn, users: [hostile, { userId: 'ben' }] }))
    for (let at = 0; at < 60; at += 10) {
      const ten = Array.from({ length: 10 }, (_, n) => ({
        itemId: `i${String(at + n).padStart(2, '0')}`,
        properties: JSON.stringify({ genres: at === 50 ? 'Horror' : 'Drama', price: at + n }),
      }))
      await server.events.send(new PutItemsCommand({ datasetArn: items.datasetArn, items: ten }))
    }
    const trackingId = await createTracker(server, datasetGroupArn)
    const eventList = ['i01', 'i02'].map((itemId, n) => ({ eventType: 'watch', itemId, sentAt: new Date(1e12 + n) }))
    await server.events.send(new PutEventsCommand({ trackingId, userId: HOSTILE, sessionId: 's1', eventList }))
  })
  after(async () => {
    await closeBrowser()
    await server[Symbol.asyncDispose]()
  })

  it('pages and searches on the server, and has it all in the address', async () => {
    await using console = await look(server.url)
    const { page } = console
    await console.open('/data/shop/items')
    await page.getByRole('link', { name: 'i00', exact: true }).waitFor()
    await console.assertUsable()
    await page.getByRole('button', { name: 'Next page' }).click()
    await page.getByRole('link', { name: 'i59' }).waitFor()
    await page.getByRole('button', { name: 'Previous page' }).click()
    await page.getByRole('link', { name: 'i00', exact: true }).waitFor()
    await page.getByLabel('Text in a value').fill('horror')
    await page.getByRole('link', { name: 'i50' }).waitFor()
    assert.equal(await page.getByRole('link', { name: /^i\d\d$/ }).count(), 10)
    assert.match(page.url(), /#\/data\/shop\/items\?text=horror$/)
    await page.reload()
    await page.getByRole('link', { name: 'i50' }).waitFor()
    await page.getByLabel('Beginning of the id').fill('i53')
    await page.getByRole('link', { name: 'i50' }).waitFor({ state: 'hidden' })
    await page.getByRole('link', { name: 'i53' }).waitFor()
    assert.equal(await page.getByRole('link', { name: /^i\d\d$/ }).count(), 1)
  })

  it('shows a user with a history, whatever the id is, edits and deletes', async () => {
    await using console = await look(server.url, { width: 360, isDark: true })
    const { page } = console
    await console.open('/data/shop/users')
    await page.getByRole('link', { name: HOSTILE }).click()
    await page.getByRole('heading', { name: HOSTILE }).waitFor()
    await page.getByText('session s1').waitFor()
    await page.getByText(String(LONG)).waitFor()
    await page.getByRole('link', { name: 'i02' }).waitFor()
    await console.assertUsable()

    await page.getByRole('button', { name: 'Edit' }).click()
    const age = page.getByLabel(/^AGE/)
    await age.fill('old')
    await page.getByText('age must be an int').or(page.getByText('AGE must be an int')).first().waitFor()
    assert.ok(await page.getByRole('button', { name: 'Save' }).isDisabled())
    await age.fill('4')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('is stored').waitFor()
    assert.deepEqual(await propertiesOf(server, users.datasetArn, HOSTILE), {
      ...{ age: 4, membershipType: '<script>throw 1</script>', loyaltyNumber: LONG },
    })

    await page.getByRole('button', { name: 'Delete' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('do not come back').waitFor()
    await dialog.getByRole('button', { name: 'Delete' }).click()
    await page.getByRole('link', { name: 'ben' }).waitFor()
    assert.equal(await propertiesOf(server, users.datasetArn, HOSTILE), undefined)
    assert.deepEqual(await historyOf(server, interactions.datasetArn, HOSTILE), [])
  })

  it('describes the data, with what is wrong and the remedies', async () => {
    await using console = await look(server.url)
    const { page } = console
    await console.open('/insights/shop?type=items')
    await page.getByRole('heading', { name: /^Findings/ }).waitFor()
    await page
      .getByRole('rowheader', { name: /fewer than training needs/ })
      .first()
      .waitFor()
    await page.getByRole('rowheader', { name: 'GENRES' }).waitFor()
    await console.assertUsable()
    await page.getByRole('tab', { name: 'Interactions' }).click()
    await page.getByRole('heading', { name: 'Histories' }).waitFor()
    assert.match(page.url(), /type=interactions$/)
    await console.assertUsable()
  })
})
