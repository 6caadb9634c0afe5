import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, it } from 'node:test'
import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { type ColumnSource, parquetWriteBuffer } from 'hyparquet-writer'
import { propertiesOf } from '#test/http.ts'
import { assertActive, exportTo, importFrom } from '#test/jobs.ts'
import { createUsersDataset, startTestServer, type TestServer } from '#test/server.ts'
import { openS3 } from '../../src/jobs/objects/s3.ts'
import { type Moto, skipWithoutMoto, startMoto } from './moto.ts'

/** Uses moto's S3, which test/clients/requirements.txt installs: `pip install moto[server,s3]`. */
describe('jobs with S3', { skip: skipWithoutMoto() }, () => {
  let moto: Moto
  let endpoint: string
  let s3: S3Client
  let server: TestServer
  let datasetArn: string
  before(async () => {
    moto = await startMoto()
    endpoint = moto.endpoint
    process.env.AWS_ENDPOINT_URL_S3 = endpoint
    process.env.AWS_ACCESS_KEY_ID = 'key'
    process.env.AWS_SECRET_ACCESS_KEY = 'secret'
    s3 = new S3Client({ region: 'us-east-1', forcePathStyle: true })
    await s3.send(new CreateBucketCommand({ Bucket: 'bucket' }))
    server = await startTestServer({ s3: 'endpoint' })
    datasetArn = (await createUsersDataset(server)).datasetArn
  })
  after(async () => {
    await server?.[Symbol.asyncDispose]()
    s3?.destroy()
    await moto[Symbol.asyncDispose]()
  })

  const put = (Key: string, Body: string | Uint8Array) => s3.send(new PutObjectCommand({ Bucket: 'bucket', Key, Body }))

  it('imports Parquet, whose parts it reads in its own order', async () => {
    const ids = Array.from({ length: 3000 }, (_, i) => `p${i}`)
    const columnData: ColumnSource[] = [
      { name: 'USER_ID', data: ids, type: 'STRING' },
      { name: 'AGE', data: ids.map((_, i) => i), type: 'INT32' },
    ]
    await put('users.parquet', new Uint8Array(parquetWriteBuffer({ columnData, rowGroupSize: 1000 })))
    assertActive(await importFrom(server, datasetArn, 's3://bucket/users.parquet'))
    assert.deepEqual(await propertiesOf(server, datasetArn, 'p2999'), { age: 2999 })
  })

  it('imports a file and the files of a folder, on its first level', async () => {
    await put('folder/1.csv', 'USER_ID,AGE\nann,1\n')
    await put('folder/2.csv', 'USER_ID,AGE\nbob,2\n')
    await put('folder/notes.txt', 'nothing')
    await put('folder/deeper/3.csv', 'USER_ID,AGE\ncy,3\n')
    assertActive(await importFrom(server, datasetArn, 's3://bucket/folder/1.csv'))
    assert.deepEqual(await propertiesOf(server, datasetArn, 'ann'), { age: 1 })
    assertActive(await importFrom(server, datasetArn, 's3://bucket/folder'))
    const found = await Promise.all(['ann', 'bob', 'cy'].map(id => propertiesOf(server, datasetArn, id)))
    assert.deepEqual(found, [{ age: 1 }, { age: 2 }, undefined])
    const passedOver: string[] = []
    await openS3().list({ bucket: 'bucket', key: 'folder/' }, 'first level', name => passedOver.push(name))
    assert.deepEqual(passedOver, ['deeper/', 'notes.txt'])
  })

  it('reads no object that was replaced since it was listed', async () => {
    await put('replaced.csv', 'USER_ID,AGE\nann,1\n')
    const objects = openS3()
    const [object] = await objects.list({ bucket: 'bucket', key: 'replaced.csv' }, 'first level')
    await put('replaced.csv', 'USER_ID,AGE\nann,2\n')
    await assert.rejects(Array.fromAsync(objects.read(object!)), {
      name: 'JobFailure',
      message: /^s3:\/\/bucket\/replaced\.csv changed while it was read: create the job again/,
    })
  })

  it('exports what it imported, and leaves no part of a longer export that was there', async () => {
    await put('out/again/part-0001.csv', 'USER_ID\nold\n')
    const { jobName, ...job } = await exportTo(server, datasetArn, 's3://bucket/out/', 'BULK', 'again')
    assertActive(job)
    const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket: 'bucket', Prefix: 'out/' }))
    assert.deepEqual(
      Contents!.map(({ Key }) => Key),
      ['out/again/part-0000.csv'],
    )
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'bucket', Key: `out/${jobName}/part-0000.csv` }))
    assert.equal(await Body!.transformToString(), 'USER_ID,AGE,MEMBERSHIP_TYPE,LOYALTY_NUMBER\nann,1,,\nbob,2,,\n')
  })

  it('reads and writes objects of many parts, and leaves no part of one that failed', async () => {
    const objects = openS3()
    const text = '0123456789abcde\n'.repeat(1 << 16)
    const key = 'big.csv'
    await objects.write({ bucket: 'bucket', key }, repeat(text, 40))
    const [object] = await objects.list({ bucket: 'bucket', key }, 'first level')
    assert.equal(object!.size, 40 * text.length)
    let bytes = 0
    for await (const chunk of objects.read(object!)) bytes += chunk.length
    assert.equal(bytes, object!.size)

    await assert.rejects(objects.write({ bucket: 'bucket', key: 'half.csv' }, repeat(text, 20, new Error('no more'))))
    const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket: 'bucket', Prefix: 'half' }))
    const { Uploads } = await s3.send(new ListMultipartUploadsCommand({ Bucket: 'bucket' }))
    assert.deepEqual([Contents, Uploads], [undefined, undefined])
  })

  it('removes the parts that a killed process left at the key, and no others', async () => {
    const begin = (Key: string) => s3.send(new CreateMultipartUploadCommand({ Bucket: 'bucket', Key }))
    for (const key of ['cut.csv', 'cut.csv', 'cut.csv.out']) await begin(key)
    await openS3().write({ bucket: 'bucket', key: 'cut.csv' }, repeat('0123456789abcde\n'.repeat(1 << 16), 20))
    const { Uploads } = await s3.send(new ListMultipartUploadsCommand({ Bucket: 'bucket' }))
    assert.deepEqual(
      Uploads!.map(({ Key }) => Key),
      ['cut.csv.out'],
    )
  })

  it('says so where another job began to write the same object', async t => {
    // The end of moto for an upload that another has removed is a 500, and not S3's.
    const server = createServer((request, response) => {
      const begun = request.method === 'POST' && request.url!.includes('uploads')
      response.statusCode = begun ? 200 : 404
      response.end(begun ? '<Result><UploadId>1</UploadId></Result>' : '<Error><Code>NoSuchUpload</Code></Error>')
    })
    await once(server.listen(0, '127.0.0.1'), 'listening')
    process.env.AWS_ENDPOINT_URL_S3 = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    t.after(() => {
      process.env.AWS_ENDPOINT_URL_S3 = endpoint
      server.close()
      server.closeAllConnections()
    })
    const text = '0123456789abcde\n'.repeat(1 << 16)
    await assert.rejects(openS3().write({ bucket: 'bucket', key: 'both.csv' }, repeat(text, 20)), {
      message: 'Another job began to write s3://bucket/both.csv meanwhile: name another location',
    })
  })

  it('lists a folder of more than 1000 objects', async () => {
    for (let i = 0; i < 1010; i += 101) {
      await Promise.all(Array.from({ length: 101 }, (_, k) => put(`many/${i + k}.csv`, 'x')))
    }
    assert.equal((await openS3().list({ bucket: 'bucket', key: 'many/' }, 'first level')).length, 1010)
  })

  it('names the missing object with the message of the service', async () => {
    for (const location of ['s3://nowhere/x.csv', 's3://bucket/nothing.csv', 's3://bucket/nothing/']) {
      const job = await importFrom(server, datasetArn, location)
      assert.equal(job.status, 'CREATE FAILED')
      assert.match(job.failureReason!, /^Invalid Data location\. There is no /)
    }
  })

  it('names the missing bucket, also where it would write', async () => {
    const message = 'Invalid Data location. There is no bucket "nowhere"'
    assert.equal((await importFrom(server, datasetArn, 's3://nowhere/x.csv')).failureReason, message)
    assert.equal((await exportTo(server, datasetArn, 's3://nowhere/')).failureReason, message)
  })

  it('asks whether the object of nearly the same name is meant', async () => {
    await put('nightly/Clients.csv', 'USER_ID,AGE\nann,1\n')
    for (const [location, meant] of [
      ['s3://bucket/nightly/clients', 's3://bucket/nightly/Clients.csv'],
      ['s3://bucket/nightli/', 's3://bucket/nightly/'],
    ] as const) {
      const { failureReason } = await importFrom(server, datasetArn, location)
      assert.ok(failureReason!.endsWith(`file at ${location}; is it ${meant}?`), failureReason!)
    }
  })

  it('reports a missing permission with the message of the service', async () => {
    await fetch(`${endpoint}/moto-api/reset-auth`, { method: 'POST', body: '0' })
    const job = await importFrom(server, datasetArn, 's3://bucket/folder/1.csv')
    assert.equal(job.failureReason, 'Insufficient privileges for accessing data in Amazon S3. s3://bucket/folder/1.csv')
  })
})

async function* repeat(text: string, times: number, failure?: Error) {
  for (let i = 0; i < times; i++) yield text
  if (failure) throw failure
}
