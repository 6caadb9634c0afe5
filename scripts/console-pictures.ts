/**
 * Takes pictures of every page of the console, light, dark and narrow, of a server with the sample shop:
 * `npm run console:pictures -- [folder]`. Those that docs/console.md shows go into docs/pictures/, all into the folder.
 */
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Browser, chromium } from 'playwright-core'
import { readOptions } from '../src/config/read-configuration.ts'
import { startServer } from '../src/server.ts'
import { browserProgram } from '../test/support/browser-program.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const PICTURES = join(root, 'docs/pictures')
/** The pages that docs/console.md shows. */
const SHOWN = ['home', 'data', 'solution', 'try', 'filters']
const GROUP = 'quickstart'

/** The pages by the names of their pictures. */
const PAGES: Readonly<Record<string, string>> = {
  home: '/home',
  import: `/import/${GROUP}`,
  data: `/data/${GROUP}/users`,
  insights: `/insights/${GROUP}`,
  models: `/models/${GROUP}/recipes`,
  solution: `/models/${GROUP}/solutions/for-you`,
  try: `/try/${GROUP}?user=customer-1&with=for-you`,
  filters: `/filters/${GROUP}`,
  live: `/live/${GROUP}`,
  metrics: `/metrics/${GROUP}`,
  access: '/access',
  settings: '/settings',
}

const LOOKS = [
  { look: 'light', width: 1280, height: 900, colorScheme: 'light' },
  { look: 'dark', width: 1280, height: 900, colorScheme: 'dark' },
  { look: 'narrow', width: 360, height: 780, colorScheme: 'light' },
] as const

/** A page is still when it has asked nothing for so long, in milliseconds. */
const STILL_MS = 1500

const folder = resolve(process.argv[2] ?? mkdtempSync(join(tmpdir(), 'personalite-pictures-')))
const dataDir = mkdtempSync(join(tmpdir(), 'personalite-shop-'))
mkdirSync(folder, { recursive: true })
mkdirSync(PICTURES, { recursive: true })
try {
  const personalite = join(root, 'src/main.ts')
  const quickstart = ['quickstart', '--exit', '--port', '0', '--data-dir', join(dataDir, 'data')]
  execFileSync(process.execPath, [personalite, ...quickstart], { stdio: 'inherit' })
  await using server = await startServer(readOptions({ dataDir: join(dataDir, 'data'), port: 0 }))
  const browser = await chromium.launch({ executablePath: browserProgram(), args: ['--no-sandbox'] })
  await takeAll(browser, server.url)
  await browser.close()
} finally {
  rmSync(dataDir, { recursive: true, force: true })
}
for (const name of SHOWN) copyFileSync(join(folder, `${name}-light.png`), join(PICTURES, `${name}.png`))
console.log(`The pictures are in ${folder}; docs/pictures has those of the documentation`)

async function takeAll(browser: Browser, url: string): Promise<void> {
  for (const { look, width, height, colorScheme } of LOOKS) {
    const context = await browser.newContext({ viewport: { width, height }, colorScheme, reducedMotion: 'reduce' })
    for (const [name, path] of Object.entries(PAGES)) {
      const page = await context.newPage()
      await page.goto(`${url}/console/#${path}`)
      await page.waitForTimeout(STILL_MS)
      await page.getByRole('main').getByRole('heading', { level: 1 }).first().waitFor()
      await page.screenshot({ path: join(folder, `${name}-${look}.png`) })
      await page.close()
    }
    await context.close()
  }
}
