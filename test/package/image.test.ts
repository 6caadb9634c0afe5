import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { globSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { temporaryDirectory } from '#test/directory.ts'
import { copyFiles, type Image, readImage } from './image.ts'
import { env as own, run } from './installed.ts'

describe('the container image, its files started as it starts them', () => {
  let directory: string
  let app: string
  let image: Image
  before(async () => {
    directory = await temporaryDirectory()
    app = join(directory, 'app')
    await mkdir(app)
    image = await readImage()
    await copyFiles(image, app)
    const [command = '', ...args] = image.install
    await run(app, command, args)
  })
  after(() => rm(directory, { recursive: true }))

  /** The environment of a container, whose volume is a folder here. */
  const environment = (more: Readonly<Record<string, string>>) => {
    const dataDir = join(directory, image.env.PERSONALITE_DATA_DIR!)
    // The image has this Node as `node`.
    const PATH = `${join(process.execPath, '..')}:${own.PATH}`
    return { PATH, ...image.env, PERSONALITE_DATA_DIR: dataDir, PERSONALITE_PORT: '0', ...more }
  }

  it('has no tests, and no packages of development', () => {
    assert.deepEqual(globSync('{src/**/*.test.ts,node_modules/{typescript,node,wabt,@types}}', { cwd: app }), [])
    assert.ok(globSync('src/**/*.sql', { cwd: app }).length > 0)
  })

  it('refuses to start without an access key, since it listens on every address', () => {
    const [command = '', ...args] = image.start
    const { status, stderr } = spawnSync(command, args, { cwd: app, env: environment({}), encoding: 'utf8' })
    assert.equal(status, 1)
    assert.match(stderr, /refusing to listen on 0\.0\.0\.0 without credentials of your own/)
  })

  it('starts, is healthy, and stops on SIGTERM', async () => {
    const [command = '', ...args] = image.start
    const env = environment({ PERSONALITE_ACCESS_KEY_ID: 'shop', PERSONALITE_SECRET_ACCESS_KEY: 'secret' })
    const server = spawn(command, args, { cwd: app, env, stdio: ['ignore', 'pipe', 'inherit'] })
    const exit = once(server, 'exit')
    let printed = ''
    for await (const text of server.stdout.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
      printed += text
      if (printed.includes('export ')) break
    }
    const port = /ready at http:\/\/[\w.]+:(\d+)/.exec(printed)?.[1]
    const isHealthy = () => {
      const [check = '', ...args] = image.healthCheck
      return spawnSync(check, args, { env: { ...env, PERSONALITE_PORT: port } }).status === 0
    }
    assert.equal(isHealthy(), true, printed)
    server.kill('SIGTERM')
    assert.deepEqual(await exit, [0, null])
    assert.equal(isHealthy(), false)
  })
})
