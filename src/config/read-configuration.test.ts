import assert from 'node:assert/strict'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { temporaryDirectory } from '#test/directory.ts'
import { trainingMemory } from './memory.ts'
import { readConfiguration } from './read-configuration.ts'

describe('readConfiguration', () => {
  const shop = { accessKeyId: 'shop', secretAccessKey: 'open sesame' }
  const web = { accessKeyId: 'web', secretAccessKey: 'abracadabra', sessionToken: 'token' }

  async function fileWith(t: TestContext, content: object): Promise<string> {
    const directory = await temporaryDirectory()
    t.after(() => rm(directory, { recursive: true }))
    const path = join(directory, 'config.json')
    await writeFile(path, JSON.stringify(content))
    return path
  }

  it('takes several access keys and origins from the file', async t => {
    const corsOrigins = ['https://shop.example', 'capacitor://localhost']
    const config = readConfiguration({}, await fileWith(t, { credentials: [shop, web], corsOrigins }), {})
    assert.deepEqual(config.credentials, [shop, web])
    assert.deepEqual(config.corsOrigins, corsOrigins)
  })

  it('takes the access key of the flag instead of those of the file', async t => {
    const path = await fileWith(t, { credentials: [shop] })
    const environment = { PERSONALITE_SECRET_ACCESS_KEY: web.secretAccessKey, PERSONALITE_SESSION_TOKEN: 'token' }
    assert.deepEqual(readConfiguration({ accessKeyId: 'web' }, path, environment).credentials, [web])
  })

  it('takes strict imports from the file', async t => {
    assert.equal(readConfiguration({}, undefined, {}).strictImports, 'off')
    assert.equal(readConfiguration({}, await fileWith(t, { strictImports: 'on' }), {}).strictImports, 'on')
    await assert.rejects(
      async () => readConfiguration({}, await fileWith(t, { strictImports: 'yes' }), {}),
      /strictImports is invalid: "yes"\. It must be on or off\./,
    )
  })

  it('bounds the memory of a training, by itself where it is not told', async t => {
    const memory = async (trainingMemory: string) =>
      readConfiguration({}, await fileWith(t, { trainingMemory }), {}).trainingMemory
    assert.equal(await memory('4g'), 4 * 2 ** 30)
    assert.equal(await memory('1.5T'), 1.5 * 2 ** 40)
    assert.equal(await memory('256m'), 2 ** 28)
    for (const wrong of ['', '4', '4gb', '255m', '0g', '-4g', '1e3g'])
      await assert.rejects(
        memory(wrong),
        /trainingMemory is invalid: ".*"\. It must be a size of 256m or more, such as/,
      )
    const usual = readConfiguration({}, undefined, {})
    assert.equal(usual.trainingMemory, undefined)
    const ofFour = trainingMemory({ ...usual, workers: 4 })
    assert.ok(ofFour > 2 ** 26 && trainingMemory({ ...usual, workers: 1 }) >= 4 * ofFour)
    assert.equal(trainingMemory({ workers: 2, trainingMemory: 2 ** 30 }), 2 ** 30)
  })

  it('keeps models in a folder or in S3', async t => {
    const models = async (models: string) => readConfiguration({}, await fileWith(t, { models }), {}).models
    assert.equal(await models('s3://bucket/shop/models'), 's3://bucket/shop/models')
    assert.equal(await models('models'), join(process.cwd(), 'models'))
    for (const wrong of ['', 's3://', 'https://bucket.s3.amazonaws.com/shop'])
      await assert.rejects(models(wrong), /models is invalid: ".*"\. It must be the path of a folder, or s3:\/\/BUCKET/)
  })

  it('names what is wrong in the file, and no secret', async t => {
    for (const [content, message] of [
      [{ accessKeyId: 'shop' }, /accessKeyId is not a setting; there are .*, credentials, metricsToken$/],
      [{ dataDir: null }, /dataDir must be a string or a number$/],
      [{ corsOrigins: ['shop.example'] }, /corsOrigins is invalid: \["shop\.example"\]\. It must be \* or an origin/],
      [{ credentials: shop }, /credentials must be a list of access keys$/],
      [{ credentials: [shop, { ...web, secret: 'open sesame' }] }, /credentials\.2\.secret is not a part of an access/],
      [{ credentials: [{ ...shop, accessKeyId: 1 }] }, /credentials\.1\.accessKeyId must be a string$/],
    ] as const) {
      const path = await fileWith(t, content)
      assert.throws(
        () => readConfiguration({}, path, {}),
        (error: Error) => {
          assert.match(error.message, message)
          assert.doesNotMatch(error.message, /sesame|abracadabra/)
          return true
        },
      )
    }
  })
})
