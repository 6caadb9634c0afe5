import { Amplify } from 'aws-amplify'
import { record } from 'aws-amplify/analytics/personalize'

const trackingId = new URLSearchParams(location.search).get('tracker')

// The key that a server on loopback accepts. Otherwise Amplify takes those of a Cognito identity pool.
const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
const credentialsProvider = {
  getCredentialsAndIdentityId: async () => ({ credentials, identityId: 'local' }),
  clearCredentialsAndIdentityId() {},
}
// Amplify sends what it has once a second.
Amplify.configure(
  { Analytics: { Personalize: { trackingId, region: 'us-east-1', flushInterval: 1000 } } },
  { Auth: { credentialsProvider } },
)

for (const button of document.querySelectorAll('button'))
  button.addEventListener('click', () => {
    record({ userId: 'ann', eventType: 'view', properties: { itemId: button.value } })
  })
