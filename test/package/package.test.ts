import assert from 'node:assert/strict'
import { globSync } from 'node:fs'
import { cp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { temporaryDirectory } from '#test/directory.ts'
import { skipUnless, startServerProcess } from '../clients/clients.ts'
import { assertPrinted, assertStored, makeShop } from '../clients/shop.ts'
import { bytesOf, installNode, installPackage, outputOf, ownNode, run, tarballIn } from './installed.ts'

const BYTES_MAX = 45e6

const ofProject = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url))
const [major = 0, minor = 0] = ownNode.version.split('.').map(Number)
const isOwnNewEnough = major >= 24 || (major === 22 && minor >= 16)

describe('the npm package, installed into an empty folder', () => {
  let directory: string
  let folder: string
  const installed = (path: string) => join(folder, 'node_modules', path)
  before(async () => {
    directory = await temporaryDirectory()
    folder = await installPackage(directory)
  })
  after(() => rm(directory, { recursive: true }))

  it('brings no tool of development, and takes less than 45 MB', () => {
    const bytes = bytesOf(installed(''))
    assert.ok(bytes < BYTES_MAX, `${bytes} bytes`)
    assert.deepEqual(globSync('{typescript,node,wabt,@types/*,@biomejs/*}', { cwd: installed('') }), [])
    assert.deepEqual(globSync('**/*.test.*', { cwd: installed('personalite') }), [])
  })

  for (const [name, node] of [
    ['the Node of package-lock.json', ofProject('node_modules/.bin/node')],
    ...(isOwnNewEnough ? [[`the machine's own Node`, ownNode.path] as const] : []),
  ] as const)
    it(`serves the AWS CLI on ${name}`, { skip: skipUnless('the AWS CLI', 'aws', ['--version']) }, async () => {
      const program = { node, main: installed('personalite/bin/personalite') }
      await using server = await startServerProcess({ PERSONALITE_MINIMUMS: 'off' }, program)
      assertPrinted(await makeShop(server, { command: 'bash', args: [ofProject('test/clients/aws-cli/shop.sh')] }))
      await assertStored(server)
    })

  it('keeps its compiled code for the next start, for its owner alone, and starts where it cannot', async () => {
    const datasets = () =>
      run(folder, process.execPath, [
        installed('personalite/bin/personalite'),
        'datasets',
        '--endpoint',
        'http://127.0.0.1:1',
      ])
    const cache = installed('personalite/node_modules/.cache')
    await rm(cache, { recursive: true, force: true })
    await assert.rejects(datasets(), /no server answers/)
    assert.equal((await stat(`${cache}/personalite`)).mode & 0o777, 0o700)
    assert.notDeepEqual(globSync('personalite/*/*', { cwd: cache }), [])
    await rm(cache, { recursive: true })
    await writeFile(cache, 'no folder')
    await assert.rejects(datasets(), /no server answers/)
    await rm(cache)
  })

  it('names the versions of Node that it needs on one that is too old', async () => {
    const args = ['--import', 'data:text/javascript,Object.defineProperty(process.versions,"node",{value:"20.1.0"})']
    const program = [...args, installed('personalite/bin/personalite')]
    await assert.rejects(
      run(folder, process.execPath, program),
      /^.*\npersonalite needs Node 22\.16, 24 or newer, this/,
    )
  })

  it('has declarations that TypeScript accepts in its strictest way', async () => {
    await writeFile(
      join(folder, 'program.mts'),
      `import { startServer } from 'personalite'
       const server = await startServer({ port: 0 })
       const url: string = server.url
       // @ts-expect-error a port is a number
       await startServer({ port: url })
       await server.stop()`,
    )
    const flags = '--noEmit --strict --module nodenext --target es2022 --lib es2022 --types node --typeRoots'
    const args = [...flags.split(' '), ofProject('node_modules/@types'), 'program.mts']
    await run(folder, ofProject('node_modules/.bin/tsc'), args)
  })

  for (const version of ['22', '24'])
    describe(`on Node ${version}, which npm brings`, () => {
      let node: string
      before(async () => {
        node = await installNode(directory, version)
      })

      it('starts a server inside another program, and no thread warns', async () => {
        await writeFile(
          join(folder, 'program.mjs'),
          `import { startServer } from 'personalite'
           const server = await startServer({ port: 0, dataDir: 'data' })
           console.log(process.version, (await fetch(server.url + '/readyz')).status)
           await server.stop()`,
        )
        const { stdout, stderr } = await outputOf(folder, node, ['program.mjs'])
        assert.match(stdout, new RegExp(`^v${version}\\.[0-9.]+ 200\n`))
        assert.equal(stderr, '')
      })

      it('starts with a seed', async () => {
        await cp(ofProject('examples/seed'), join(folder, 'seed'), { recursive: true })
        await writeFile(
          join(folder, 'seeded.mjs'),
          `import { startServer } from 'personalite'
           process.env.XDG_CACHE_HOME = 'cache'
           const options = { seed: 'seed/shop.yaml', minimums: 'off' }
           const server = await startServer(options)
           await server.reset()
           await server.stop()
           await (await startServer(options)).stop()`,
        )
        await run(folder, node, ['seeded.mjs'])
        assert.equal((await readdir(join(folder, 'cache/personalite/seeds'))).length, 1)
        await rm(join(folder, 'cache'), { recursive: true })
      })

      it('imports, trains a blend, recommends and explains', async () => {
        const path = `${join(node, '..')}:`
        const printed = await run(folder, 'npx', ['personalite', 'quickstart', '--exit', '--port', '0'], path)
        assert.match(printed, /^✓ aws-user-personalization-v2 and aws-similar-items trained/m)
        assert.match(printed, /^ 1 +▲ \d+ .*(viewed|put in cart)/m)
        assert.match(printed, /^ {2}npx personalite users get u1 --dataset-group quickstart$/m)
      })

      for (const suite of version === '24' ? ['vitest', 'jest'] : [])
        it(`serves the suite of examples/${suite}`, async () => {
          const copy = join(directory, suite)
          await cp(ofProject(`examples/${suite}`), copy, { recursive: true })
          await run(copy, 'npm', ['install', '--no-audit', '--no-fund', tarballIn(directory)])
          await run(copy, 'npm', ['test'], `${join(node, '..')}:`)
        })
    })
})
