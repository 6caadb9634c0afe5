import json
import os
import re
import signal
import subprocess
import time
from types import SimpleNamespace

import boto3
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.httpsession import URLLib3Session

SCHEMA = {
    'type': 'record',
    'name': 'Interactions',
    'namespace': 'com.amazonaws.personalize.schema',
    'fields': [
        *({'name': name, 'type': 'string'} for name in ('USER_ID', 'ITEM_ID', 'EVENT_TYPE')),
        {'name': 'TIMESTAMP', 'type': 'long'},
    ],
    'version': '1.0',
}


class Server:
    """A server in memory, in a process of its own."""

    def __init__(self):
        command = 'npx personalite serve --data-dir :memory: --port 0 --minimums off --faults --log-level warn'
        # npx and the server are one group of processes, which is stopped at the end.
        self.process = subprocess.Popen(command.split(), stdout=subprocess.PIPE, text=True, start_new_session=True)
        printed = iter(self.process.stdout.readline, '')
        found = (re.match(r'Personalite is ready at (\S+)', line) for line in printed)
        self.url = next(match for match in found if match)[1]
        self.session = boto3.Session('local', 'local', region_name='us-east-1')

    def client(self, service):
        return self.session.client(service, endpoint_url=self.url)

    def inspect(self, method, path, **body):
        """Sends a signed request for /inspect/…"""
        data = json.dumps(body) if body else None
        request = AWSRequest(method, f'{self.url}/inspect/{path}', data=data)
        SigV4Auth(self.session.get_credentials(), 'personalize', 'us-east-1').add_auth(request)
        answer = URLLib3Session().send(request.prepare())
        assert answer.status_code == 200, answer.text
        return json.loads(answer.text)

    def stop(self):
        os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait()


@pytest.fixture(scope='session')
def server():
    server = Server()
    yield server
    server.stop()


@pytest.fixture(scope='session')
def trained(server):
    """A campaign that is trained on the events of two users, with what a test needs."""
    personalize, events = server.client('personalize'), server.client('personalize-events')
    group = personalize.create_dataset_group(name='shop')['datasetGroupArn']
    schema = personalize.create_schema(name='interactions', schema=json.dumps(SCHEMA))['schemaArn']
    personalize.create_dataset(
        name='interactions', datasetType='Interactions', datasetGroupArn=group, schemaArn=schema
    )
    tracking_id = personalize.create_event_tracker(name='web', datasetGroupArn=group)['trackingId']

    def view(user_id, items):
        event_list = [{'itemId': item, 'eventType': 'view', 'sentAt': time.time()} for item in items]
        events.put_events(trackingId=tracking_id, userId=user_id, sessionId=user_id, eventList=event_list)

    view('ann', ['tent', 'stove', 'lamp'])
    view('bob', ['tent', 'bag', 'stove'])

    # By default the solution is trained every week.
    recipe = 'arn:aws:personalize:::recipe/aws-user-personalization-v2'
    solution = personalize.create_solution(name='for-you', datasetGroupArn=group, recipeArn=recipe)['solutionArn']
    version = personalize.create_solution_version(solutionArn=solution)['solutionVersionArn']

    def is_training():
        described = personalize.describe_solution_version(solutionVersionArn=version)['solutionVersion']
        return described['status'] in ('CREATE PENDING', 'CREATE IN_PROGRESS')

    while is_training():
        time.sleep(0.02)
    campaign = personalize.create_campaign(name='for-you', solutionVersionArn=version)['campaignArn']
    return SimpleNamespace(
        personalize=personalize,
        runtime=server.client('personalize-runtime'),
        view=view,
        solution=solution,
        campaign=campaign,
    )


@pytest.fixture
def shop(server, trained):
    """The same shop for each test, without the pins, the faults and the time of the one before."""
    yield trained
    for path in ('pins', 'faults', 'clock'):
        server.inspect('DELETE', path)
