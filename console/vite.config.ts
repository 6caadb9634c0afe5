import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip as gzipCompress } from 'node:zlib'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

/** What is smaller is sent as it is. */
const COMPRESSED_FROM_BYTES = 1024
/** The next and last, 11, takes ten times as long for two hundredths less. */
const BROTLI_QUALITY = 10
const [brotli, gzip] = [promisify(brotliCompress), promisify(gzipCompress)]

/** Writes files as Brotli and gzip alone, so that the server compresses nothing while it answers. */
function compressed(): Plugin {
  return {
    name: 'compressed',
    apply: 'build',
    async writeBundle({ dir }, bundle) {
      const names = Object.keys(bundle).filter(name => !/\.woff2?$/.test(name))
      await Promise.all(names.map(name => writeCompressed(join(dir!, name))))
    },
  }
}

async function writeCompressed(path: string): Promise<void> {
  const source = await readFile(path)
  if (source.length < COMPRESSED_FROM_BYTES) return
  await writeFile(`${path}.br`, await brotli(source, { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } }))
  await writeFile(`${path}.gz`, await gzip(source, { level: 9 }))
  await rm(path)
}

/**
 * Removes the fonts that Cloudscape's styles carry as data: URLs, which are most of the styles, and which the
 * Content-Security-Policy does not allow. `main.tsx` brings the same fonts as files.
 */
function fontsAsFiles(): Plugin {
  return {
    name: 'fonts-as-files',
    enforce: 'pre',
    transform(code, id) {
      if (id.includes('global-styles/index.css')) return code.replaceAll(/@font-face\s*\{[^}]*\}/g, '')
    },
  }
}

/** Removes an attribute that Cloudscape's navigation of narrow pages may not have, as axe finds. */
function navigationAsAllowed(): Plugin {
  return {
    name: 'navigation-as-allowed',
    transform(code, id) {
      if (id.includes('app-layout/visual-refresh/mobile-toolbar.js'))
        return code.replace(/("nav", \{[^}]*?)"aria-orientation": "horizontal", /, '$1')
    },
  }
}

export default defineConfig({
  base: '/console/',
  plugins: [fontsAsFiles(), navigationAsAllowed(), react(), compressed()],
  build: {
    target: 'es2023',
    // The Content-Security-Policy allows no data: URL of a script or a font.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 2048,
  },
  // For `npm run console:dev`: the API of a server that runs.
  server: { proxy: { '^/(?!console)': process.env.PERSONALITE_URL ?? 'http://127.0.0.1:7377' } },
})
