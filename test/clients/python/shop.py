"""The shop of programs.test.ts with boto3, old versions too, which know no AWS_ENDPOINT_URL."""

import datetime
import json
import os
import threading

import boto3

ARN = 'arn:aws:personalize:us-east-1:000000000000'
ROLE = 'arn:aws:iam::000000000000:role/personalize'

# time.sleep fails where faketime has moved the clock.
pause = threading.Event().wait


def client(service):
    return boto3.client(service, region_name='us-east-1', endpoint_url=os.environ['AWS_ENDPOINT_URL'])


def say(*texts):
    print(json.dumps(texts))


def active(describe, key, **parameters):
    while True:
        resource = describe(**parameters)[key]
        if not resource['status'].endswith(('PENDING', 'IN_PROGRESS')):
            return resource['status']
        pause(0.1)


personalize = client('personalize')
events = client('personalize-events')
runtime = client('personalize-runtime')

group = personalize.create_dataset_group(name='shop')['datasetGroupArn']
for kind in ['Users', 'Items', 'Interactions']:
    schema = personalize.create_schema(name='shop-' + kind, schema=os.environ['SCHEMA_' + kind.upper()])['schemaArn']
    personalize.create_dataset(name=kind, schemaArn=schema, datasetGroupArn=group, datasetType=kind)
users = ARN + ':dataset/shop/USERS'
dataset = personalize.describe_dataset(datasetArn=users)['dataset']
say('dataset', dataset['datasetArn'], dataset['datasetType'], dataset['status'])
age = datetime.datetime.now(datetime.timezone.utc) - dataset['creationDateTime']
say('created today', str(abs(age) < datetime.timedelta(days=1)).lower())
tracker = personalize.create_event_tracker(name='web', datasetGroupArn=group)['trackingId']

for user, properties in [
    ('u1', {'membershipType': 'Member|Frequent shopper', 'numberOfVideosWatched': 45}),
    ('u2', {'membershipType': 'Member'}),
    ('u2', {'membershipType': 'Guest'}),
    ('жук ☕', {'membershipType': 'naïve'}),
]:
    events.put_users(datasetArn=users, users=[{'userId': user, 'properties': json.dumps(properties)}])
genres = json.dumps({'genres': 'Horror|Action', 'creationTimestamp': 1570003267})
items = [{'itemId': item, 'properties': genres} for item in ['i1', 'i2']]
events.put_items(datasetArn=ARN + ':dataset/shop/ITEMS', items=items)
sent_at = datetime.datetime(2019, 3, 26, 20, 23, 2, tzinfo=datetime.timezone.utc)
for user, item in [('u1', 'i1'), ('u2', 'i1'), ('u2', 'i2')]:
    event = {'eventType': 'rating', 'sentAt': sent_at, 'itemId': item, 'eventValue': 4.5, 'impression': ['i2', 'i1']}
    events.put_events(trackingId=tracker, userId=user, sessionId='s1', eventList=[event])

try:
    member = json.dumps({'membershipType': 'Member'})
    events.put_users(datasetArn=users, users=[{'userId': str(n), 'properties': member} for n in range(11)])
except events.exceptions.InvalidInputException as error:
    say('refused', 'InvalidInputException', error.response['Error']['Message'])
try:
    personalize.describe_dataset(datasetArn=ARN + ':dataset/none/USERS')
except personalize.exceptions.ResourceNotFoundException as error:
    say('refused', 'ResourceNotFoundException', error.response['Error']['Message'])

pages = personalize.get_paginator('list_datasets').paginate(datasetGroupArn=group, PaginationConfig={'PageSize': 2})
for page in pages:
    say('datasets', *[dataset['name'] for dataset in page['datasets']])

job = personalize.create_dataset_import_job(
    jobName='users', datasetArn=users, dataSource={'dataLocation': 's3://bucket/users.csv'}, roleArn=ROLE
)['datasetImportJobArn']
say('import', active(personalize.describe_dataset_import_job, 'datasetImportJob', datasetImportJobArn=job))

recipe = 'arn:aws:personalize:::recipe/aws-popularity-count'
solution = personalize.create_solution(name='popular', datasetGroupArn=group, recipeArn=recipe)['solutionArn']
version = personalize.create_solution_version(solutionArn=solution)['solutionVersionArn']
say('training', active(personalize.describe_solution_version, 'solutionVersion', solutionVersionArn=version))
campaign = personalize.create_campaign(name='popular', solutionVersionArn=version, minProvisionedTPS=1)['campaignArn']
say('campaign', active(personalize.describe_campaign, 'campaign', campaignArn=campaign))
recommended = runtime.get_recommendations(campaignArn=campaign, userId='u1', numResults=2)['itemList']
say('recommended', *[item['itemId'] for item in recommended])
