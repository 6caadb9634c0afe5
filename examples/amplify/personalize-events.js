// The client of PutEvents for Amplify, with the address of Personalite.
import { PersonalizeEventsClient as Client } from '@aws-sdk/client-personalize-events/dist-es/index.js'

export { PutEventsCommand } from '@aws-sdk/client-personalize-events/dist-es/index.js'

export class PersonalizeEventsClient extends Client {
  constructor(settings) {
    super({ ...settings, endpoint: 'http://127.0.0.1:7377' })
  }
}
