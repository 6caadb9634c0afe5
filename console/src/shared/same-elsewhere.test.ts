import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { describe, it } from 'node:test'
import { type Call, inBoto3, inCli, inJavaScript } from './same-elsewhere.ts'

const ENDPOINT = 'http://127.0.0.1:7377'
const call: Call = {
  service: 'personalize-events',
  operation: 'PutUsers',
  input: {
    datasetArn: 'arn:aws:personalize:us-east-1:000000000000:dataset/shop/USERS',
    users: [{ userId: "o'neil $(id) `id`", properties: '{"membershipType":"Member|Frequent shopper"}' }],
  },
}

describe('a call elsewhere', () => {
  it('is a line of the AWS CLI, in which a shell finds nothing to run', () => {
    const line = inCli(call, ENDPOINT)
    assert.match(line, /^aws personalize-events put-users \\\n {2}--endpoint-url http:\/\/127\.0\.0\.1:7377 \\\n/)
    const shown = execFileSync('sh', ['-c', line.replace(/^aws/, `printf '%s\\n'`)], { encoding: 'utf8' })
    assert.deepEqual(JSON.parse(shown.split('\n').at(-2)!), call.input.users)
  })

  it('has options of the AWS CLI for texts, numbers and truth', () => {
    const input = { name: 'shop', numResults: 5, performAutoTraining: false, filterArn: undefined }
    const line = inCli({ service: 'personalize', operation: 'CreateSolution', input }, ENDPOINT)
    assert.match(line, /--name shop \\\n {2}--num-results 5 \\\n {2}--no-perform-auto-training$/)
  })

  it('is Python for boto3', () => {
    const lines = inBoto3({ ...call, input: { ...call.input, dry: true, none: null } }, ENDPOINT)
    assert.match(lines, /client = boto3\.client\('personalize-events', endpoint_url='http:\/\/127\.0\.0\.1:7377'\)/)
    assert.match(lines, /client\.put_users\(\n {4}datasetArn="arn:aws/)
    assert.match(lines, /users=\[\{"userId": "o'neil \$\(id\) `id`", "properties": "\{\\"membershipType/)
    assert.match(lines, /dry=True,\n {4}none=None,\n\)$/)
  })

  it('is JavaScript for the SDK', () => {
    const lines = inJavaScript(call, ENDPOINT)
    assert.match(
      lines,
      /^import \{ PersonalizeEventsClient, PutUsersCommand \} from '@aws-sdk\/client-personalize-events'/,
    )
  })
})
