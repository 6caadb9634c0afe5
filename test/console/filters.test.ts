import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { DescribeFilterCommand, ListFiltersCommand } from '@aws-sdk/client-personalize'
import { closeBrowser, look, noBrowser } from '#test/browser.ts'
import { createMarket, deploy } from '#test/market.ts'
import { startTestServer, type TestServer } from '#test/server.ts'
import { LOCAL_KEY } from '../../src/config/config.ts'
import { policyDocument } from '../../src/policy/prepared.ts'

const READER = { accessKeyId: 'reader', secretAccessKey: 'a secret', policy: policyDocument('read-only') }

describe('the filters of the console', { skip: noBrowser }, () => {
  let server: TestServer
  before(async () => {
    server = await startTestServer({ credentials: [LOCAL_KEY, READER] })
    const { datasetGroupArn } = await createMarket(server)
    await deploy(server, datasetGroupArn, 'aws-popularity-count')
  })
  after(async () => {
    await closeBrowser()
    await server[Symbol.asyncDispose]()
  })

  it('writes an expression with completions by the keyboard alone, tries it, creates it and deletes it', async () => {
    await using console = await look(server.url)
    const { page } = console
    await console.open('/filters')
    await page.getByText('There is no filter yet').waitFor()
    const field = page.getByLabel('Expression', { exact: true })
    const take = async (begun: string, option: string) => {
      await page.keyboard.type(begun)
      await page.getByRole('option', { name: option }).first().waitFor()
      await page.keyboard.press('Enter')
    }
    await field.focus()
    await take('inc', 'INCLUDE')
    await take('ite', 'ItemID')
    await take('w', 'WHERE')
    await page.keyboard.press('Control+ ')
    await page.getByRole('option', { name: 'Interactions.' }).waitFor()
    await page.keyboard.press('Enter')
    await take('gen', 'GENRES')
    await page.keyboard.press('Control+ ')
    await page.keyboard.press('Enter')
    await take('(', '"comedy"')
    await page.keyboard.type(')')
    await page.keyboard.press('Escape')
    assert.equal(await field.inputValue(), 'INCLUDE ItemID WHERE Items.GENRES IN ($GENRES)')
    await page.getByText('Requests send values of $GENRES').waitFor()
    await page.getByLabel('$GENRES').fill('"comedy"')
    await page.getByText('"comedy"').first().waitFor()
    const [before, after] = ['Before', 'After'].map(name => page.getByRole('region', { name: `${name} the filter` }))
    await after!
      .getByText(/^comedy-\d+$/)
      .nth(19)
      .waitFor()
    await after!
      .getByText(/^drama-\d+$/)
      .first()
      .waitFor({ state: 'detached' })
    await before!.getByText('left out', { exact: true }).first().waitFor()
    await console.assertUsable()

    await page.getByLabel('Name', { exact: true }).fill('by-genre')
    await page.getByRole('button', { name: 'Create filter' }).click()
    await page.getByRole('rowheader', { name: 'by-genre' }).waitFor()
    const { Filters } = await server.personalize.send(new ListFiltersCommand({}))
    const { filterArn } = Filters![0]!
    const { filter } = await server.personalize.send(new DescribeFilterCommand({ filterArn }))
    assert.equal(filter!.filterExpression, 'INCLUDE ItemID WHERE Items.GENRES IN ($GENRES)')

    await page.getByRole('button', { name: 'Delete by-genre' }).click()
    await page.getByRole('dialog').getByText('Delete the filter by-genre?').waitFor()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click()
    await page.getByText('There is no filter yet').waitFor()
    await assert.rejects(server.personalize.send(new DescribeFilterCommand({ filterArn })), /does not exist/)
  })

  it('marks a fault where it is, as it is typed, and runs nothing that is typed', async () => {
    await using console = await look(server.url, { width: 360, height: 740, isDark: true })
    const { page } = console
    page.on('dialog', dialog => assert.fail(dialog.message()))
    await console.open('/filters/market')
    const field = page.getByLabel('Expression', { exact: true })
    await field.fill('INCLUDE ItemID WHERE Items.NAME = "<img src=x onerror=alert(1)>"')
    await page.getByText(/^Column 22: Items\.NAME is not a field of the schema/).waitFor()
    assert.deepEqual(await page.locator('.painted .fault').allTextContents(), ['Items', '.', 'NAME'])
    await page.getByLabel('Name', { exact: true }).fill('a')
    assert.ok(await page.getByRole('button', { name: 'Create filter' }).isDisabled())
    await console.assertUsable()
  })

  it('offers a key nothing that its policy does not allow', async () => {
    await using console = await look(server.url)
    const { page } = console
    await console.open('/filters/market?expression=INCLUDE ItemID WHERE Items.PRICE > 3')
    await page.getByRole('button', { name: 'Create filter' }).waitFor()
    await page.getByRole('button', { name: 'root' }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await page.getByLabel('Access key ID').fill(READER.accessKeyId)
    await page.getByLabel('Secret access key').fill(READER.secretAccessKey)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByText(/^A filter of items/).waitFor()
    assert.equal(await page.getByRole('button', { name: 'Create filter' }).count(), 0)
    await page.getByRole('region', { name: 'After the filter' }).waitFor()
    await console.open('/try/market')
    await page
      .getByText(/^popular: \d+$/)
      .first()
      .waitFor()
    assert.equal(await page.locator('.cards button').count(), 0)
  })
})
