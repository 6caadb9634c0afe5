import assert from 'node:assert/strict'
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { temporaryDirectory } from '#test/directory.ts'
import { type Artifact, openArtifacts } from '../../src/recommender/model-files/artifacts.ts'
import { sharesModels } from '../../src/recommender/model-files/shared-models.suite.ts'
import { type Moto, skipWithoutMoto, startMoto } from './moto.ts'

/** Uses moto's S3, which test/clients/requirements.txt installs: `pip install moto[server,s3]`. */
describe('a model in S3', { skip: skipWithoutMoto() }, () => {
  let moto: Moto
  let s3: S3Client
  const Bucket = 'models'
  const dirs: string[] = []
  before(async () => {
    moto = await startMoto()
    process.env.AWS_ENDPOINT_URL_S3 = moto.endpoint
    process.env.AWS_ACCESS_KEY_ID = 'key'
    process.env.AWS_SECRET_ACCESS_KEY = 'open-sesame'
    s3 = new S3Client({ region: 'us-east-1', forcePathStyle: true })
    await s3.send(new CreateBucketCommand({ Bucket }))
  })
  after(async () => {
    s3?.destroy()
    await moto[Symbol.asyncDispose]()
    for (const dir of dirs) await rm(dir, { recursive: true })
  })
  const put = (Key: string, Body: string | Uint8Array) => s3.send(new PutObjectCommand({ Bucket, Key, Body }))
  const keysIn = async (Prefix: string) =>
    ((await s3.send(new ListObjectsV2Command({ Bucket, Prefix }))).Contents ?? []).map(({ Key }) => Key!)

  describe('that servers share', () => {
    const prefix = 'shop/personalite'
    sharesModels(async () => ({
      models: `s3://${Bucket}/${prefix}`,
      list: async () => (await keysIn(`${prefix}/`)).map(key => key.slice(prefix.length + 1)),
      put: async (path, content) => void (await put(`${prefix}/${path}`, content)),
    }))
  })

  const models = `s3://${Bucket}/alone/`
  const owner = { id: 7, arn: 'arn', kind: 'solution-version' }
  /** Large enough for two parts in S3. */
  const artifact = { format: 1, model: new Float64Array(3 << 20).map((_, at) => at) } as unknown as Artifact
  const elsewhere = async (where = models) => {
    const dataDir = dirs[dirs.push(await temporaryDirectory()) - 1]!
    return { dataDir, artifacts: openArtifacts({ dataDir, models: where, identity: 'one store' }) }
  }
  const kept = async () => {
    const modelFile = await (await elsewhere()).artifacts.keep(owner, artifact, async () => [])
    return { ...owner, status: 'ACTIVE', document: { modelFile, trainedAt: Date.now() } }
  }

  it('is downloaded once for all requests, and then read from this disk', async () => {
    const one = await kept()
    const { dataDir, artifacts } = await elsewhere()
    const found = await Promise.all(Array.from({ length: 4 }, () => artifacts.load(one)))
    for (const { model } of found) assert.deepEqual(model, artifact.model)
    assert.deepEqual(await readdir(join(dataDir, 'models/7')), [one.document.modelFile])
    await s3.send(new DeleteObjectCommand({ Bucket, Key: `alone/7/${one.document.modelFile}` }))
    assert.deepEqual((await artifacts.load(one)).model, artifact.model)
  })

  it('is downloaded again if it is damaged on this disk', async () => {
    const one = await kept()
    const { dataDir, artifacts } = await elsewhere()
    await artifacts.load(one)
    await writeFile(join(dataDir, 'models/7', one.document.modelFile), 'half a model')
    assert.deepEqual((await artifacts.load(one)).model, artifact.model)
  })

  it('stays on this disk if it cannot be read and S3 has none', async () => {
    const one = await kept()
    const { dataDir, artifacts } = await elsewhere()
    await artifacts.load(one)
    await s3.send(new DeleteObjectCommand({ Bucket, Key: `alone/7/${one.document.modelFile}` }))
    const copy = join(dataDir, 'models/7', one.document.modelFile)
    await writeFile(copy, 'half a model')
    await assert.rejects(artifacts.load(one), { name: 'InternalFailure', message: /is missing/ })
    assert.equal(await readFile(copy, 'utf8'), 'half a model')
  })

  it('is not loaded if it differs from the upload, and leaves no part', async () => {
    const one = await kept()
    const Key = `alone/7/${one.document.modelFile}`
    const { Body, Metadata } = await s3.send(new GetObjectCommand({ Bucket, Key }))
    const bytes = await Body!.transformToByteArray()
    bytes[bytes.length - 1]! ^= 1
    await s3.send(new PutObjectCommand({ Bucket, Key, Metadata, Body: bytes }))
    const { dataDir, artifacts } = await elsewhere()
    await assert.rejects(artifacts.load(one), {
      name: 'InternalFailure',
      message:
        'The model of arn cannot be read: its object is not what was uploaded: train anew, or put back what was there',
      hint: `s3://models/${Key}`,
    })
    assert.deepEqual(await readdir(join(dataDir, 'models/7')), [])
  })

  it('is deleted from this disk as well', async () => {
    const [old, last] = [await kept(), await kept()]
    const { dataDir, artifacts } = await elsewhere()
    await artifacts.load(old)
    await artifacts.load(last)
    const at = (trainedAt: number) => async () => [
      { ...last, document: { ...last.document, modelFileBefore: old.document.modelFile, trainedAt } },
    ]
    await artifacts.sweep(at(Date.now()))
    assert.equal((await readdir(join(dataDir, 'models/7'))).length, 2)
    await artifacts.sweep(at(0))
    assert.deepEqual(await readdir(join(dataDir, 'models/7')), [last.document.modelFile])
    assert.ok(!(await keysIn('alone/')).includes(`alone/7/${old.document.modelFile}`))
  })

  it('belongs to one store, also if several claim its place at once', async () => {
    const where = `s3://${Bucket}/claimed`
    const claims = await Promise.allSettled(
      Array.from({ length: 8 }, async (_, n) => {
        const identity = `store ${n % 4}`
        const dataDir = dirs[dirs.push(await temporaryDirectory()) - 1]!
        await openArtifacts({ dataDir, models: where, identity }).claim(async () => [])
        return identity
      }),
    )
    const owners = claims.flatMap(claimed => (claimed.status === 'fulfilled' ? [claimed.value] : []))
    assert.equal(owners.length, 2)
    assert.equal(new Set(owners).size, 1)
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: 'claimed/personalite-store-id' }))
    assert.equal(await Body!.transformToString(), `${owners[0]}\n`)
  })

  it('deletes the parts of an interrupted upload, but none of foreign objects', async () => {
    // In moto every upload began in 2010.
    for (const Key of ['alone/7/model.safetensors', 'alone/7/notes'])
      await s3.send(new CreateMultipartUploadCommand({ Bucket, Key }))
    await (await elsewhere()).artifacts.sweep(async () => [])
    const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket }))
    assert.deepEqual(
      Uploads.map(({ Key }) => Key),
      ['alone/7/notes'],
    )
  })

  it('names a missing bucket, a missing permission or an unreachable server, and the remedy', async () => {
    const one = await kept()
    const refused = async (work: Promise<unknown>, message: RegExp) => {
      await assert.rejects(work, (error: Error & { hint?: string }) => {
        assert.match(error.message, message)
        assert.doesNotMatch(`${error.message} ${error.hint}`, /sesame/)
        assert.doesNotMatch(error.message, /s3:\/\/|\/tmp/)
        return true
      })
    }
    const none = 's3://none/models'
    const noBucket = /there is no bucket for models: create it, or name another with --models$/
    await refused(
      (await elsewhere(none)).artifacts.keep(owner, artifact, async () => []),
      noBucket,
    )
    await refused((await elsewhere(none)).artifacts.load(one), noBucket)
    await refused(
      (await elsewhere(none)).artifacts.sweep(async () => []),
      noBucket,
    )
    const missing = { ...one, document: { modelFile: 'model.safetensors' } }
    await refused((await elsewhere()).artifacts.load(missing), /is missing: start all servers and/)

    const offline = await elsewhere()
    await fetch(`${moto.endpoint}/moto-api/reset-auth`, { method: 'POST', body: '0' })
    await refused(
      (await elsewhere()).artifacts.keep(owner, artifact, async () => []),
      /refuses access to the models: allow s3:/,
    )
    await refused(
      (await elsewhere()).artifacts.load(one),
      /refuses access to the models: allow s3:GetObject and s3:ListBucket/,
    )
    process.env.AWS_ENDPOINT_URL_S3 = 'http://127.0.0.1:9'
    await refused(offline.artifacts.load(one), /cannot be reached: check AWS_ENDPOINT_URL_S3/)
  })
})
