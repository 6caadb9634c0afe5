import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { closeBrowser, look, noBrowser } from '#test/browser.ts'
import { createDataset, startTestServer, type TestServer } from '#test/server.ts'

describe('the console', { skip: noBrowser }, () => {
  let server: TestServer
  before(async () => {
    server = await startTestServer()
    await createDataset(server, 'Users', { group: 'shop' })
  })
  after(async () => {
    await closeBrowser()
    await server[Symbol.asyncDispose]()
  })

  it('is there at once on this machine, and shows the dataset groups', async () => {
    await using console = await look(server.url)
    await console.open('/home')
    await console.page.getByRole('rowheader', { name: 'shop' }).waitFor()
    await console.assertUsable()
  })

  it('loads less than 400 kB at first', async () => {
    await using console = await look(server.url)
    const sizes = new Map<string, number>()
    console.page.on('response', response => {
      const { pathname } = new URL(response.url())
      if (pathname.startsWith('/console/')) sizes.set(pathname, Number(response.headers()['content-length']))
    })
    await console.open('/home')
    await console.page.getByRole('rowheader', { name: 'shop' }).waitFor()
    const bytes = [...sizes.values()].reduce((sum, size) => sum + size, 0)
    assert.ok(sizes.size > 3 && bytes > 0 && bytes < 400_000, `${bytes} bytes: ${[...sizes].join(' ')}`)
  })

  it('asks for an access key where the local one is not accepted, and forgets it on sign-out', async () => {
    const key = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'a secret of its own' }
    await using own = await startTestServer({ credentials: [key] })
    await using console = await look(own.url)
    const { page } = console
    await console.open('/home')
    await page.getByLabel('Access key ID').fill(key.accessKeyId)
    await page.getByLabel('Secret access key').fill('another')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByText('InvalidSignatureException').or(page.getByText('SignatureDoesNotMatch')).waitFor()
    await console.assertUsable()
    await page.getByLabel('Secret access key').fill(key.secretAccessKey)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('heading', { name: 'Home' }).waitFor()
    assert.equal(await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage })), '{}')
    await page.reload()
    await page.getByLabel('Access key ID').waitFor()
  })
})
