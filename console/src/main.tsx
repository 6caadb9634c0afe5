import '@cloudscape-design/global-styles/index.css'
import '@fontsource/open-sans/latin-400.css'
import '@fontsource/open-sans/latin-700.css'
import './shared/styles.css'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { Router } from 'wouter'
import { NotesProvider } from './shared/notes.tsx'
import { Texts } from './shared/texts.tsx'
import { useAddress } from './shell/address.ts'
import { SessionGate } from './shell/session-gate.tsx'
import { Shell } from './shell/shell.tsx'
import { startTheme } from './shell/theme.ts'

/** Data are shown as they were read this long ago, in milliseconds, while a page reads them anew. */
const FRESH_MS = 2_000

const queryClient = new QueryClient({
  // A refusal stays one. The clients of the SDK try again where that helps.
  defaultOptions: { queries: { retry: false, staleTime: FRESH_MS }, mutations: { retry: false } },
})

startTheme()
createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <Texts>
      <QueryClientProvider client={queryClient}>
        <SessionGate>
          <NotesProvider>
            {/* The address of a page is behind the #, so that the server has files alone. */}
            <Router hook={useAddress}>
              <Shell />
            </Router>
          </NotesProvider>
        </SessionGate>
      </QueryClientProvider>
    </Texts>
  </StrictMode>,
)
