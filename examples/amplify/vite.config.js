import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

// Amplify makes its client of Personalize itself, and has no setting for the endpoint. So it gets another client.
const replacement = fileURLToPath(new URL('personalize-events.js', import.meta.url))

export default defineConfig({
  resolve: {
    alias: [{ find: /^@aws-sdk\/client-personalize-events$/, replacement }],
  },
})
