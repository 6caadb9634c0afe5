import { after, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { closeBrowser, look, noBrowser } from '#test/browser.ts'
import { startTestServer } from '#test/server.ts'

/** Events of people who drink either coffee or tea, each ten cups. */
function drinkers(): string {
  const rows = Array.from({ length: 1200 }, (_, i) => {
    const [user, cup] = [Math.floor(i / 10), i % 10]
    const item = `${user % 2 === 0 ? 'coffee' : 'tea'}-${(user * 7 + cup * 3 + ((cup * cup) % 5)) % 20}`
    return `u${user},${item},drink,${1764300000 + user * 600 + cup * 60}`
  })
  return ['USER_ID,ITEM_ID,EVENT_TYPE,TIMESTAMP', ...rows].join('\n')
}

const press = (page: Page, name: string | RegExp) =>
  page
    .getByRole('button', { name, exact: typeof name === 'string' })
    .first()
    .click()

async function importDrinkers(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Import data' }).click()
  await page.getByLabel('Name', { exact: true }).fill('cups')
  await press(page, 'Next')
  const buffer = Buffer.from(drinkers())
  await page.locator('input[type=file]').setInputFiles({ name: 'interactions.csv', mimeType: 'text/csv', buffer })
  await press(page, 'Next')
  await press(page, 'Next')
  await page.getByText(/1,200 rows were looked at/).waitFor()
  await press(page, 'Next')
  await press(page, 'Import')
  await page.getByText('1,200 rows came in').waitFor()
}

async function train(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Create a solution of aws-user-personalization-v2' }).click()
  await page.getByLabel('Name', { exact: true }).fill('for-you')
  await page.getByLabel('Train by itself').click()
  await press(page, 'Create')
  await press(page, 'Train a version')
  await press(page, /^Create a campaign of/)
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill('home')
  await dialog.getByRole('button', { name: 'Create', exact: true }).click()
  await page.getByRole('rowheader', { name: 'home' }).waitFor()
}

describe('a person with a file and the console alone', { skip: noBrowser }, () => {
  after(closeBrowser)

  it('imports, trains, and sees recommendations change with one click', async () => {
    await using server = await startTestServer()
    await using console = await look(server.url)
    const { page } = console
    await console.open('/home')
    await importDrinkers(page)
    await console.open('/models/cups/recipes')
    await train(page)
    await console.open('/try/cups?user=newcomer&results=40')
    const cards = page.getByRole('listitem').filter({ hasText: /(coffee|tea)-\d+/ })
    await cards.filter({ hasText: 'tea-7' }).getByRole('button', { name: 'drink' }).click()
    await cards
      .filter({ hasText: 'tea-' })
      .filter({ hasText: /up \d+/ })
      .first()
      .waitFor()
    await cards.first().filter({ hasText: 'tea-' }).waitFor()
    await page.getByText('drink tea-7').first().waitFor()
    await console.assertUsable()
  })
})
