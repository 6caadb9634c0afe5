"""What AWS's introductory notebooks ask of the service, in their order, on data made here.

Prints as JSON what it saw. The buckets, roles and account are those of the S3, IAM and STS that the environment names.
"""

import csv
import io
import json
import random
import threading
import time
import uuid

import boto3

personalize = boto3.client('personalize')
runtime = boto3.client('personalize-runtime')
events = boto3.client(service_name='personalize-events')
random.seed(7)
# time.sleep fails where faketime has moved the clock.
pause = threading.Event().wait


def wait(describe, **arn):
    """Looks until what is made is there, as every cell after a create does; gives it."""
    deadline = time.time() + 60
    while time.time() < deadline:
        [described] = [value for key, value in describe(**arn).items() if key != 'ResponseMetadata']
        if described['status'] in ('ACTIVE', 'CREATE FAILED'):
            assert described['status'] == 'ACTIVE', described
            return described
        pause(0.1)
    raise TimeoutError(str(arn))


def upload(bucket, key, rows):
    """A CSV file as pandas writes it: the index is a column without a name."""
    file = io.StringIO()
    csv.writer(file).writerows([['', *rows[0]], *([i, *row] for i, row in enumerate(rows[1:]))])
    boto3.Session().resource('s3').Bucket(bucket).Object(key).put(Body=file.getvalue().encode())


def create_bucket():
    s3 = boto3.client('s3')
    bucket = boto3.client('sts').get_caller_identity()['Account'] + '-us-east-1-personalize'
    s3.create_bucket(Bucket=bucket)
    allow = {'Effect': 'Allow', 'Principal': {'Service': 'personalize.amazonaws.com'}, 'Action': 's3:*'}
    statement = {**allow, 'Resource': [f'arn:aws:s3:::{bucket}', f'arn:aws:s3:::{bucket}/*']}
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({'Version': '2012-10-17', 'Statement': [statement]}))
    return bucket


def create_role():
    assume = {'Effect': 'Allow', 'Principal': {'Service': 'personalize.amazonaws.com'}, 'Action': 'sts:AssumeRole'}
    policy = json.dumps({'Version': '2012-10-17', 'Statement': [assume]})
    return boto3.client('iam').create_role(RoleName='PersonalizeRole', AssumeRolePolicyDocument=policy)['Role']['Arn']


def import_interactions(bucket, role, fields, rows):
    names = ['USER_ID', 'ITEM_ID', 'TIMESTAMP', *fields]
    upload(bucket, 'interactions.csv', [names, *rows])
    fields = [{'name': name, 'type': 'long' if name == 'TIMESTAMP' else 'string'} for name in names]
    schema = {'type': 'record', 'name': 'Interactions', 'namespace': 'com.amazonaws.personalize.schema'}
    text = json.dumps({**schema, 'fields': fields, 'version': '1.0'})
    schema_arn = personalize.create_schema(name='demo-schema', schema=text)['schemaArn']
    group_arn = personalize.create_dataset_group(name='launch-demo')['datasetGroupArn']
    wait(personalize.describe_dataset_group, datasetGroupArn=group_arn)
    dataset_arn = personalize.create_dataset(
        name='launch-interactions', datasetType='INTERACTIONS', datasetGroupArn=group_arn, schemaArn=schema_arn
    )['datasetArn']
    wait(personalize.describe_dataset, datasetArn=dataset_arn)
    job_arn = personalize.create_dataset_import_job(
        jobName='demo-import1',
        datasetArn=dataset_arn,
        dataSource={'dataLocation': f's3://{bucket}/interactions.csv'},
        roleArn=role,
    )['datasetImportJobArn']
    wait(personalize.describe_dataset_import_job, datasetImportJobArn=job_arn)
    return schema_arn, group_arn, dataset_arn


def deploy(group_arn, recipe, solution={}, campaign={}):
    recipes = [recipe['name'] for page in personalize.get_paginator('list_recipes').paginate() for recipe in page['recipes']]
    assert recipe in recipes, recipes
    solution_arn = personalize.create_solution(
        name='demo-' + recipe, datasetGroupArn=group_arn, recipeArn='arn:aws:personalize:::recipe/' + recipe, **solution
    )['solutionArn']
    version_arn = personalize.create_solution_version(solutionArn=solution_arn)['solutionVersionArn']
    wait(personalize.describe_solution_version, solutionVersionArn=version_arn)
    campaign_arn = personalize.create_campaign(
        name='camp-' + recipe, solutionVersionArn=version_arn, minProvisionedTPS=1, **campaign
    )['campaignArn']
    wait(personalize.describe_campaign, campaignArn=campaign_arn)
    return solution_arn, version_arn, campaign_arn


def recommended(campaign_arn, **asked):
    answer = runtime.get_recommendations(campaignArn=campaign_arn, **asked)
    return [int(item['itemId']) for item in answer['itemList']]


def send(tracking_id, user, item, event_type):
    events.put_events(
        trackingId=tracking_id,
        userId=str(user),
        sessionId=str(uuid.uuid1()),
        eventList=[{'sentAt': int(time.time()), 'eventType': event_type, 'properties': json.dumps({'itemId': str(item)})}],
    )


def gone(describe, **arn):
    """Looks until it is no more, as the notebooks that clean up do."""
    deadline = time.time() + 60
    while time.time() < deadline:
        try:
            describe(**arn)
        except personalize.exceptions.ResourceNotFoundException:
            return
        pause(0.1)
    raise TimeoutError(str(arn))


def clean_up(deployed, tracker_arn, dataset_arn, schema_arn, group_arn):
    for solution_arn, _, campaign_arn in deployed:
        personalize.delete_campaign(campaignArn=campaign_arn)
        gone(personalize.describe_campaign, campaignArn=campaign_arn)
        personalize.delete_solution(solutionArn=solution_arn)
        gone(personalize.describe_solution, solutionArn=solution_arn)
    personalize.delete_event_tracker(eventTrackerArn=tracker_arn)
    gone(personalize.describe_event_tracker, eventTrackerArn=tracker_arn)
    personalize.delete_dataset(datasetArn=dataset_arn)
    gone(personalize.describe_dataset, datasetArn=dataset_arn)
    personalize.delete_dataset(datasetArn=dataset_arn.replace('INTERACTIONS', 'EVENT_INTERACTIONS'))
    personalize.delete_schema(schemaArn=schema_arn)
    personalize.delete_dataset_group(datasetGroupArn=group_arn)
    # One of them takes an error here for a group still to be deleted, and looks on for half an hour.
    last = personalize.describe_dataset_group(datasetGroupArn=group_arn)['datasetGroup']['status']
    gone(personalize.describe_dataset_group, datasetGroupArn=group_arn)
    return last


# Even users like even items: 60 users, 80 items, 25 interactions each.
now = int(time.time())
interactions = [
    [user, item, now - 86400 * 90 + 3600 * step, 'Watch']
    for user in range(1, 61)
    for step, item in enumerate(random.sample(range(user % 2, 80, 2), 25))
]
user = 1
bucket, role = create_bucket(), create_role()
schema_arn, group_arn, dataset_arn = import_interactions(bucket, role, ['EVENT_TYPE'], interactions)
exploration = {'campaignConfig': {'itemExplorationConfig': {'explorationWeight': '0.5'}}}
personalized = deploy(group_arn, 'aws-user-personalization', campaign=exploration)
frequency = {'featureTransformationParameters': {'trend_discovery_frequency': '30 minutes'}}
trending = deploy(group_arn, 'aws-trending-now', solution={'solutionConfig': frequency})

tracker = personalize.create_event_tracker(name='MovieClickTracker', datasetGroupArn=group_arn)
saw = {
    'metrics': personalize.get_solution_metrics(solutionVersionArn=personalized[1])['metrics'],
    'before': recommended(personalized[2], userId=str(user)),
}
for item in range(2, 50, 2):
    send(tracker['trackingId'], user, item, 'EVENT_TYPE')
for watcher in range(1, 41):
    send(tracker['trackingId'], watcher, 77, 'Watch')
saw['after'] = recommended(personalized[2], userId=str(user))
saw['trending'] = recommended(trending[2], numResults=25)
saw['lastStatus'] = clean_up([personalized, trending], tracker['eventTrackerArn'], dataset_arn, schema_arn, group_arn)
saw['left'] = [
    *personalize.list_dataset_groups()['datasetGroups'],
    *personalize.list_schemas()['schemas'],
    *personalize.list_solutions()['solutions'],
    *personalize.list_campaigns()['campaigns'],
]
print(json.dumps(saw))
