import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { PutUsersCommand } from '@aws-sdk/client-personalize-events'
import { GetRecommendationsCommand } from '@aws-sdk/client-personalize-runtime'
import { closeBrowser, look, noBrowser } from '#test/browser.ts'
import { clientsOf, createDataset, startTestServer, type TestServer } from '#test/server.ts'
import { policyDocument } from '../../src/policy/prepared.ts'

const USERS = 'arn:aws:personalize:us-east-1:000000000000:dataset/shop/USERS'
const PUT = new PutUsersCommand({ datasetArn: USERS, users: [{ userId: 'ann', properties: '{"AGE":5}' }] })

describe('the page of access keys', { skip: noBrowser }, () => {
  let server: TestServer
  before(async () => {
    server = await startTestServer()
    await createDataset(server, 'Users', { group: 'shop' })
  })
  after(async () => {
    await closeBrowser()
    await server[Symbol.asyncDispose]()
  })

  it('makes a key for one thing, shows its secret once, disables and deletes it', async () => {
    await using console = await look(server.url)
    const { page } = console
    await console.open('/access')
    await page.getByRole('button', { name: 'Create a key' }).click()
    await page.getByLabel('Name', { exact: true }).fill('nightly-import')
    await page.getByRole('button', { name: /^Policy/ }).click()
    await page.getByRole('option', { name: /^Data only/ }).click()
    await console.assertUsable()
    await page.getByRole('button', { name: 'Create', exact: true }).click()
    const shown = page.getByRole('dialog', { name: 'The secret of nightly-import' })
    const text = await shown.innerText()
    const accessKeyId = /AKIA[A-Z2-7]{16}/.exec(text)![0]
    const secretAccessKey = /^[\w+/]{40}$/m.exec(text)![0]
    await shown.getByRole('button', { name: 'Done' }).click()
    const key = clientsOf(server.url, { accessKeyId, secretAccessKey })
    await key.events.send(PUT)
    const campaignArn = 'arn:aws:personalize:us-east-1:000000000000:campaign/for-you'
    await assert.rejects(key.runtime.send(new GetRecommendationsCommand({ campaignArn })), {
      name: 'AccessDeniedException',
    })
    const act = async (action: string) => {
      await page.getByRole('button', { name: 'Actions of nightly-import' }).click()
      await page.getByRole('menuitem', { name: action }).click()
    }
    await act('Disable')
    await page.getByText('nightly-import is disabled').waitFor()
    await assert.rejects(key.events.send(PUT), { name: 'UnrecognizedClientException' })
    await act('Delete')
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
    await page.getByText('There is no key yet').waitFor()
  })

  it('says to a key without that right that only others manage keys', async () => {
    const key = { accessKeyId: 'reader', secretAccessKey: 'a secret', policy: policyDocument('read-only') }
    await using limited = await startTestServer({ credentials: [key] })
    await using console = await look(limited.url)
    const { page } = console
    await console.open('/access')
    await page.getByLabel('Access key ID').fill(key.accessKeyId)
    await page.getByLabel('Secret access key').fill(key.secretAccessKey)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByText('Only a key that may do everything manages keys').waitFor()
    assert.equal(await page.getByRole('button', { name: 'Create a key' }).count(), 0)
    await console.open('/home')
    await page.getByText('There is no dataset group yet').waitFor()
    assert.equal(await page.getByRole('link', { name: 'Import data' }).count(), 0)
  })
})

describe('the page of settings', { skip: noBrowser }, () => {
  after(closeBrowser)

  it('shows the health, the endpoint and the settings, on a phone too', async () => {
    await using server = await startTestServer({ quotas: 'aws' })
    await using console = await look(server.url, { width: 360, isDark: true })
    await console.open('/settings')
    await console.page.getByText('Ready', { exact: true }).waitFor()
    await console.page.getByText(server.url).first().waitFor()
    await console.page.getByRole('row', { name: /--quotas aws/ }).waitFor()
    await console.assertUsable()
  })

  it('shows for how long a dataset group keeps interactions, and changes it', async () => {
    await using server = await startTestServer({ keepEvents: '400d' })
    await createDataset(server, 'Interactions', { group: 'shop' })
    await using console = await look(server.url)
    const { page } = console
    await console.open('/settings')
    await page.getByRole('row', { name: /^shop 400d the server/ }).waitFor()
    const change = async (choice: string) => {
      await page.getByRole('button', { name: 'Change shop' }).click()
      await page.getByRole('radio', { name: choice }).click()
    }
    await change('Up to an age')
    await page.getByLabel('Age', { exact: true }).fill('2 years')
    await console.assertUsable()
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('dialog').getByText('keepEvents must be a number of days or hours').waitFor()
    await page.getByLabel('Age', { exact: true }).fill('36h')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('row', { name: /^shop 36h the dataset group/ }).waitFor()
    await change('As the server says: 400d')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('row', { name: /^shop 400d the server/ }).waitFor()
  })
})
