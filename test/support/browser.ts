import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { type Browser, chromium, type Page } from 'playwright-core'
import { browserProgram } from './browser-program.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

const program = browserProgram()
const { PERSONALITE_REQUIRE_CLIENTS: isRequired } = process.env

/** Why tests in a browser are left out; false where they run. CI may leave none out. */
export const noBrowser: string | false =
  program || isRequired ? false : 'LEFT OUT: there is no Chromium on this machine (apt-get install chromium)'

/** A page of the console in a browser, which fails where something on it is wrong. */
export interface Looked extends AsyncDisposable {
  readonly page: Page
  /** Opens an address behind the `#`, such as `/home`. */
  open(path: string): Promise<void>
  /** Fails where axe finds a fault that keeps people from using the page. */
  assertUsable(): Promise<void>
}

/** Longer than any page or training takes on a busy machine. */
const WAIT_MS = 180_000

interface Options {
  /** In pixels. */
  readonly width?: number
  readonly height?: number
  readonly isDark?: boolean
}

let browser: Promise<Browser> | undefined

/** Ends the browser. */
export async function closeBrowser(): Promise<void> {
  await (await browser)?.close()
  browser = undefined
}

/** Opens the console of a server. On disposal it fails if a script failed, or broke the Content-Security-Policy. */
export async function look(url: string, { width = 1280, height = 900, isDark = false }: Options = {}): Promise<Looked> {
  assert.ok(program, 'there is no Chromium on this machine: apt-get install chromium')
  // The tests run as root in CI, where Chromium has no sandbox.
  browser ??= chromium.launch({ executablePath: program, args: ['--no-sandbox'] })
  const context = await (await browser).newContext({
    viewport: { width, height },
    colorScheme: isDark ? 'dark' : 'light',
    reducedMotion: 'reduce',
  })
  context.setDefaultTimeout(WAIT_MS)
  const page = await context.newPage()
  const faults: string[] = []
  page.on('pageerror', error => faults.push(String(error.stack)))
  page.on('console', message => {
    if (message.type() === 'error' && !/Failed to load resource/.test(message.text())) faults.push(message.text())
  })
  return {
    page,
    async open(path) {
      await page.goto(`${url}/console/#${path}`)
    },
    async assertUsable() {
      // By the protocol of the browser, which the page's policy does not concern.
      await page.evaluate(axe)
      const { violations } = await page.evaluate(() => (globalThis as unknown as WithAxe).axe.run())
      assert.deepEqual(
        violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join('\n')}`),
        [],
      )
    },
    async [Symbol.asyncDispose]() {
      await context.close()
      assert.deepEqual(faults, [])
    },
  }
}

interface WithAxe {
  readonly axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> }
}
