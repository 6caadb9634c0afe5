import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { after, before, describe, it } from 'node:test'
import { temporaryDirectory } from '#test/directory.ts'
import { eventually } from '#test/eventually.ts'
import { assertActive, importFrom, putFile } from '#test/jobs.ts'
import { type Postgres, startPostgres } from '#test/postgres.ts'
import { clientsOf, createUsersDataset } from '#test/server.ts'
import { type ServerProcess, start, startWorker } from '../crash/server-process.ts'
import { type Container, type Environment, readCompose, readManifests } from './deployment.ts'
import { readImage } from './image.ts'

const SECRET = { PERSONALITE_SECRET_ACCESS_KEY: 'secret', PERSONALITE_METRICS_TOKEN: 'token' }
const KEY = { accessKeyId: 'shop', secretAccessKey: SECRET.PERSONALITE_SECRET_ACCESS_KEY }
const MANIFESTS = ['settings', 'server', 'worker'].map(name => `deploy/kubernetes/${name}.yaml`)

const deployments: Readonly<Record<string, (store: string) => Promise<readonly Container[]>>> = {
  'compose.yaml': () => readCompose('compose.yaml', { ...SECRET, POSTGRES_PASSWORD: 'password' }),
  'deploy/kubernetes': store => readManifests(MANIFESTS, { ...SECRET, PERSONALITE_STORE: store }),
}

for (const [name, read] of Object.entries(deployments))
  describe(`the servers and the worker of ${name}`, () => {
    let postgres: Postgres
    let dataDir: string
    let containers: readonly Container[]
    let servers: readonly ServerProcess[]
    let worker: ServerProcess
    before(async () => {
      dataDir = await temporaryDirectory()
      postgres = await startPostgres({ fsync: 'off' })
      containers = await read(postgres.url)
      const { env: ofImage } = await readImage()
      // Their PostgreSQL, their volume and their time to drain are others here.
      const here = (env: Environment) =>
        Object.fromEntries(
          Object.entries({ ...ofImage, ...env, PERSONALITE_STORE: postgres.url, PERSONALITE_DRAIN: '5' }).map(
            ([name, value]) => [name, value.replace('/var/lib/personalite', dataDir)],
          ),
        )
      const of = (command: string) => containers.filter(container => container.command === command)
      servers = await Promise.all(of('serve').map(({ env }) => start(dataDir, [], here(env))))
      worker = await startWorker(dataDir, [], here(of('work')[0]!.env))
    })
    after(async () => {
      await Promise.all([...servers, worker].map(one => one.kill()))
      await postgres[Symbol.asyncDispose]()
      await rm(dataDir, { recursive: true })
    })

    it('are two and one', () => {
      assert.deepEqual(containers.map(({ command }) => command).sort(), ['serve', 'serve', 'work'])
    })

    it('answer the probes', async () => {
      for (const { url } of servers)
        for (const path of ['/readyz', ...containers.flatMap(({ probes }) => probes)])
          assert.equal((await fetch(url + path)).status, 200, path)
    })

    it('do the jobs that another server created', async () => {
      const [first, second] = servers.map(({ url }) => clientsOf(url, KEY))
      const { datasetArn } = await createUsersDataset(first!)
      const csv = 'USER_ID,AGE,MEMBERSHIP_TYPE,LOYALTY_NUMBER\nann,30,Member,1\n'
      assertActive(await importFrom(second!, datasetArn, await putFile({ dataDir }, 'users.csv', csv)))
      assert.equal((await metrics(servers[0]!, 'token')).status, 200)
      assert.notEqual((await metrics(servers[0]!, 'another')).status, 200)
    })

    it('are not ready once they are told to stop, and end', async () => {
      const [{ url, kill }] = servers as [ServerProcess]
      const ended = kill('SIGTERM')
      const unready = eventually('the server to be unready', async () => {
        const { ok, status } = await fetch(`${url}/readyz`)
        return !ok && status
      })
      assert.equal(await unready, 503)
      assert.equal((await fetch(`${url}/healthz`)).status, 200)
      assert.equal(await ended, 0)
      assert.equal(await worker.kill('SIGTERM'), 0)
    })
  })

function metrics({ url }: ServerProcess, token: string): Promise<Response> {
  return fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${token}` } })
}
