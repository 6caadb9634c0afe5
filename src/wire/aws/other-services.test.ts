import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { HeadObjectCommand, ListBucketsCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { startTestServer, type TestServer } from '#test/server.ts'
import { LOCAL_KEY } from '../../config/config.ts'

const HINT =
  /The request is for (s3|iam|kms), and this server is Personalize and STS alone: set AWS_ENDPOINT_URL_PERSONALIZE, AWS_ENDPOINT_URL_PERSONALIZE_EVENTS, AWS_ENDPOINT_URL_PERSONALIZE_RUNTIME in place of AWS_ENDPOINT_URL$/

describe('a program whose AWS_ENDPOINT_URL names this server for all services', () => {
  let server: TestServer
  before(async () => {
    server = await startTestServer()
  })
  after(() => server[Symbol.asyncDispose]())

  it('is told so by its client of S3, which reads XML alone', async t => {
    const s3 = new S3Client({
      endpoint: server.url,
      region: 'us-east-1',
      credentials: LOCAL_KEY,
      forcePathStyle: true,
      maxAttempts: 1,
    })
    t.after(() => s3.destroy())
    const refused = { name: 'UnknownOperationException', message: HINT }
    await assert.rejects(s3.send(new HeadObjectCommand({ Bucket: 'b', Key: 'users.csv' })), ({ $metadata }) => {
      assert.equal($metadata.httpStatusCode, 400)
      return true
    })
    await assert.rejects(s3.send(new ListBucketsCommand({})), refused)
    await assert.rejects(
      s3.send(new PutObjectCommand({ Bucket: 'b', Key: 'users&.csv', Body: 'USER_ID\nu\n' })),
      refused,
    )
  })

  const signedFor = (service: string) =>
    `AWS4-HMAC-SHA256 Credential=local/20300131/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=${'0'.repeat(64)}`

  it('is told so in the query protocol, and in JSON', async () => {
    const form = { 'content-type': 'application/x-www-form-urlencoded', authorization: signedFor('iam') }
    const query = await fetch(server.url, { method: 'POST', headers: form, body: 'Action=CreateRole&RoleName=x' })
    const [, code, message] = /<Code>(.*)<\/Code><Message>(.*)<\/Message>/.exec(await query.text())!
    assert.equal(code, 'SignatureDoesNotMatch')
    assert.match(message!, HINT)
    const target = { 'x-amz-target': 'TrentService.ListKeys', authorization: signedFor('kms') }
    const json = await fetch(server.url, { method: 'POST', headers: target, body: '{}' })
    assert.match(((await json.json()) as { message: string }).message, HINT)
  })
})
