import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { temporaryDirectory } from '#test/directory.ts'
import { type Artifact, FORMAT, openArtifacts } from './artifacts.ts'
import { sharesModels } from './shared-models.suite.ts'

describe('a model in a folder that servers share', () => {
  const folders: string[] = []
  after(async () => {
    for (const folder of folders) await rm(folder, { recursive: true })
  })
  sharesModels(async () => {
    const models = folders[folders.push(await temporaryDirectory()) - 1]!
    return {
      models,
      async list() {
        const entries = await readdir(models, { recursive: true, withFileTypes: true })
        return entries
          .filter(entry => entry.isFile())
          .map(entry => `${entry.parentPath}/${entry.name}`.slice(models.length + 1))
      },
      async put(path, content) {
        await mkdir(dirname(join(models, path)), { recursive: true })
        await writeFile(join(models, path), content)
      },
    }
  })
})

describe('keeping a model', () => {
  const identity = 'one store'
  let dataDir: string
  before(async () => {
    dataDir = await temporaryDirectory()
  })
  after(() => rm(dataDir, { recursive: true }))
  const artifact = (seq: number) => ({ format: 1, seq, model: new Float32Array([1, 2, 3]) }) as unknown as Artifact
  const owner = { id: 7, arn: 'arn', kind: 'solution-version', document: {} }

  it('replaces nothing: each training has a file, which has its name when it is whole', async () => {
    const artifacts = openArtifacts({ dataDir, identity })
    const [first, second] = [
      await artifacts.keep(owner, artifact(1), async () => []),
      await artifacts.keep(owner, artifact(2), async () => []),
    ]
    assert.deepEqual((await readdir(join(dataDir, 'models/7'))).sort(), [first, second].sort())
    const load = (modelFile: string) => artifacts.load({ ...owner, document: { modelFile } })
    assert.deepEqual([(await load(first)).seq, (await load(second)).seq], [1, 2])
  })

  it('reads what the first version of this program kept', async () => {
    const artifacts = openArtifacts({ dataDir, identity })
    const file = await artifacts.keep(owner, artifact(3), async () => [])
    await writeFile(join(dataDir, 'models/7/model.safetensors'), await readFile(join(dataDir, 'models/7', file)))
    assert.equal((await artifacts.load(owner)).seq, 3)
  })

  it('refuses a file of a later version of this program, with the remedy', async () => {
    const artifacts = openArtifacts({ dataDir, identity })
    const modelFile = await artifacts.keep(owner, { ...artifact(4), format: (FORMAT + 1) as 2 }, async () => [])
    await assert.rejects(artifacts.load({ ...owner, document: { modelFile } }), {
      name: 'InternalFailure',
      message: /was trained by a newer version of personalite: bring this server up to date too$/,
      hint: new RegExp(`^the format is ${FORMAT + 1}, and this version knows ${FORMAT}, in `),
    })
  })

  it('does not guess at arrays of a kind, or kept in a way, that a later version wrote', async () => {
    const artifacts = openArtifacts({ dataDir, identity })
    const modelFile = await artifacts.keep(owner, artifact(5), async () => [])
    const path = join(dataDir, 'models/7', modelFile)
    const bytes = await readFile(path, 'latin1')
    const digest = /"sha256":"([\da-f]{64})"/.exec(bytes)![1]!
    const sealed = (changed: string) => {
      const blank = Buffer.from(changed.replace(digest, '0'.repeat(64)), 'latin1')
      return changed.replace(digest, createHash('sha256').update(blank).digest('hex'))
    }
    for (const [known, newer] of [
      ['"dtype":"F32"', '"dtype":"B16"'],
      ['"integers":', '"nearness":'],
    ] as const) {
      await writeFile(path, sealed(bytes.replace(known, newer)), 'latin1')
      await assert.rejects(artifacts.load({ ...owner, document: { modelFile } }), {
        message: /was trained by a newer version/,
      })
    }
  })

  it('has one store, however many claim its folder at once', async () => {
    const models = join(dataDir, 'claimed')
    const claims = await Promise.allSettled(
      Array.from({ length: 20 }, async (_, n) => {
        const identity = `store ${n % 4}`
        await openArtifacts({ dataDir, models, identity }).claim(async () => [])
        return identity
      }),
    )
    const owners = claims.flatMap(claimed => (claimed.status === 'fulfilled' ? [claimed.value] : []))
    assert.equal(owners.length, 5)
    assert.equal(new Set(owners).size, 1)
    assert.deepEqual(await readdir(models), ['personalite-store-id'])
  })

  it('says what is wrong with the folder, and what to do', async () => {
    await writeFile(join(dataDir, 'file'), '')
    const models = join(dataDir, 'file')
    await assert.rejects(
      openArtifacts({ dataDir, identity, models }).keep(owner, artifact(1), async () => []),
      {
        name: 'PlaceError',
        message:
          'The model cannot be kept: the folder of models, or what it is in, is a file: name another folder with --models',
        where: models,
      },
    )
    await assert.rejects(openArtifacts({ dataDir, identity, models: join(dataDir, 'nowhere') }).load(owner), {
      name: 'InternalFailure',
      message:
        'The model of arn is missing: start all servers and workers with the same --models, or create another solution version and deploy it, which trains anew',
      hint: `ENOENT, in ${dataDir}/nowhere`,
    })
  })

  it('says that this user has no access there', async () => {
    const models = join(dataDir, 'closed')
    await mkdir(models, { mode: 0o500 })
    const isRoot = process.geteuid!() === 0
    if (isRoot) process.seteuid!(NOBODY)
    try {
      await assert.rejects(
        openArtifacts({ dataDir, identity, models }).keep(owner, artifact(1), async () => []),
        {
          message:
            'The model cannot be kept: the server may not read the folder of models: allow it, or name another folder with --models',
        },
      )
    } finally {
      if (isRoot) process.seteuid!(0)
    }
  })
})

/** Root may write anywhere. */
const NOBODY = 65534
