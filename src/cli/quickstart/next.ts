import { GROUP } from './import-shop.ts'
import { idOf } from './shop.ts'
import { EVENTS, USER } from './show.ts'

/** How this program is called: the clone runs TypeScript, the package has JavaScript. */
export const PERSONALITE = import.meta.url.endsWith('.ts') ? 'npm run --silent personalite --' : 'npx personalite'

interface Made {
  readonly users: string
  readonly trackingId: string
  readonly filterArn: string
  readonly forYou: string
  readonly goesWith: string
}

/** Returns commands to paste next: for the AWS CLI and boto3 with all their settings, and for inspecting the server. */
export function nextSteps(url: string, { users, trackingId, filterArn, forYou, goesWith }: Made): string {
  const item = idOf(EVENTS[0]!.title)
  return `
Go on with the AWS CLI:

  unset AWS_SESSION_TOKEN
  export AWS_ENDPOINT_URL=${url} AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1 AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local
  aws personalize-events put-users --dataset-arn ${users} \\
    --users '[{"userId": "u2", "properties": "{\\"membershipType\\": \\"Student\\", \\"numberOfVideosWatched\\": 2}"}]'
  aws personalize-events put-events --tracking-id ${trackingId} --user-id u2 --session-id s1 \\
    --event-list '[{"eventType": "view", "itemId": "${item}", "sentAt": "'$(date +%s)'"}]'
  aws personalize-runtime get-recommendations --campaign-arn ${forYou} --filter-arn ${filterArn} \\
    --user-id u2 --num-results 5
  aws personalize-runtime get-recommendations --campaign-arn ${goesWith} --item-id ${item} --num-results 5

with boto3, after the same export:

  import boto3
  runtime = boto3.client('personalize-runtime')
  answer = runtime.get_recommendations(campaignArn='${forYou}', userId='${USER}')
  print([item['itemId'] for item in answer['itemList']])

or look into the server, with it too:

  ${PERSONALITE} users get ${USER} --dataset-group ${GROUP}
  ${PERSONALITE} why ${USER} --campaign for-you --filter new-to-user
  ${PERSONALITE} datasets
`
}
