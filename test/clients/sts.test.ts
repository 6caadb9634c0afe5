import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { temporaryDirectory } from '#test/directory.ts'
import type { AccessKey } from '../../src/config/config.ts'
import { type ServerProcess, skipUnless, startServerProcess } from './clients.ts'

const ROLE = 'arn:aws:iam::000000000000:role/reader'

/** A program whose profile takes on a role, and one that asks who it is by a presigned URL. */
const PROGRAM = `
import boto3, json, urllib.request
night = boto3.Session(profile_name='night')
personalize = night.client('personalize')
groups = [group['name'] for group in personalize.list_dataset_groups()['datasetGroups']]
try:
    personalize.create_dataset_group(name='more')
except personalize.exceptions.ClientError as error:
    refused = [error.response['Error']['Code'], error.response['ResponseMetadata']['HTTPStatusCode']]
sts = night.client('sts')
presigned = ''
for method in ['GET', 'POST']:
    url = sts.generate_presigned_url('get_caller_identity', HttpMethod=method)
    presigned += urllib.request.urlopen(urllib.request.Request(url, method=method)).read().decode()
token = boto3.Session(profile_name='day').client('sts').get_session_token()['Credentials']
print(json.dumps([groups, refused, sts.get_caller_identity()['Arn'], presigned, token['AccessKeyId']]))
`

describe('STS by boto3', { skip: skipUnless('boto3', 'python3', ['-c', 'import boto3']) }, () => {
  let server: ServerProcess
  before(async () => {
    server = await startServerProcess({ PERSONALITE_KEY_FILE: join(await temporaryDirectory(), 'secret.key') })
  })
  after(() => server[Symbol.asyncDispose]())

  it('takes on a role that a profile names', async () => {
    const made = await server.inspect('keys', 'create', 'day', '--policy', 'events-only')
    const { accessKeyId, secretAccessKey } = made as unknown as AccessKey
    await server.inspect('roles', 'create', 'reader', '--policy', 'read-only', '--trust', 'day')
    const config = join(await temporaryDirectory(), 'config')
    await writeFile(
      config,
      `[profile day]\naws_access_key_id=${accessKeyId}\naws_secret_access_key=${secretAccessKey}\nregion=us-east-1\n` +
        `[profile night]\nrole_arn=${ROLE}\nsource_profile=day\nrole_session_name=night\nregion=us-east-1\n`,
    )
    await server.run('python3', ['-c', 'import boto3; boto3.client("personalize").create_dataset_group(name="shop")'])
    const more = { AWS_CONFIG_FILE: config, AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' }
    const { code, stdout, stderr } = await server.run('python3', ['-c', PROGRAM], more)
    assert.equal(code, 0, stderr)
    const [groups, refused, arn, presigned, id] = JSON.parse(stdout)
    assert.deepEqual([groups, refused], [['shop'], ['AccessDeniedException', 400]])
    assert.equal(arn, 'arn:aws:sts::000000000000:assumed-role/reader/night')
    assert.equal(presigned.match(/<Arn>arn:aws:sts::000000000000:assumed-role\/reader\/night<\/Arn>/g)?.length, 2)
    assert.match(id, /^ASIA/)
  })
})
