import json

import boto3

ARN = 'arn:aws:personalize:us-east-1:000000000000'

boto3.client('personalize-events').put_users(
    datasetArn=f'{ARN}:dataset/quickstart/USERS',
    users=[{'userId': 'ann', 'properties': json.dumps({'membershipType': 'Student', 'numberOfVideosWatched': 3})}],
)
answer = boto3.client('personalize-runtime').get_recommendations(
    campaignArn=f'{ARN}:campaign/for-you', userId='ann', numResults=5
)
for item in answer['itemList']:
    print(item['itemId'])
