import { PersonalizeEventsClient, PutUsersCommand } from '@aws-sdk/client-personalize-events'
import { GetRecommendationsCommand, PersonalizeRuntimeClient } from '@aws-sdk/client-personalize-runtime'

const ARN = 'arn:aws:personalize:us-east-1:000000000000'

const properties = JSON.stringify({ membershipType: 'Student', numberOfVideosWatched: 3 })
await new PersonalizeEventsClient().send(
  new PutUsersCommand({
    datasetArn: `${ARN}:dataset/quickstart/USERS`,
    users: [{ userId: 'ann', properties }],
  }),
)
const { itemList } = await new PersonalizeRuntimeClient().send(
  new GetRecommendationsCommand({ campaignArn: `${ARN}:campaign/for-you`, userId: 'ann', numResults: 5 }),
)
for (const { itemId } of itemList) console.log(itemId)
