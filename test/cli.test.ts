import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, chown, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import {
  CreateDatasetImportJobCommand,
  CreateEventTrackerCommand,
  CreateMetricAttributionCommand,
} from '@aws-sdk/client-personalize'
import { PutEventsCommand, PutUsersCommand } from '@aws-sdk/client-personalize-events'
import { temporaryDirectory } from '#test/directory.ts'
import { eventually } from '#test/eventually.ts'
import { putFile, ROLE } from '#test/jobs.ts'
import { run, serve } from '#test/program.ts'
import { connectRaw, signedRequest } from '#test/raw-http.ts'
import { clientsOf, createDataset, createUsersDataset, startTestServer } from '#test/server.ts'

const NOBODY = 65534
/** Root may write everywhere. */
const isRoot = process.getuid?.() === 0
const AS_NOBODY = [
  '--import',
  `data:text/javascript,
    import { isMainThread } from 'node:worker_threads';
    if (isMainThread) process.setgid(${NOBODY}), process.setuid(${NOBODY})`,
]

/** Ends the processes that are left of a group. */
function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {} // none is left
}

describe('personalite --help', () => {
  it('lists the commands by their purpose', async () => {
    const { code, stdout } = await run(['--help'])
    assert.equal(code, 0)
    for (const text of ['Run a server:', 'serve', 'Look into a running server:', 'users', 'jobs', 'Examples:']) {
      assert.ok(stdout.includes(text), text)
    }
  })

  it('tells an old Node which one is needed', async () => {
    const old = `data:text/javascript,Object.defineProperty(process, 'versions', { value: { node: '20.1.0' } })`
    const { code, stderr } = await run(['--help'], {}, ['--import', old])
    assert.equal(code, 1)
    assert.match(stderr, /^personalite needs Node 26 or newer, this is 20\.1\.0/)
  })
})

describe('personalite work', () => {
  it('says in one line why it does not start', async () => {
    const withoutStore = await run(['work'])
    assert.deepEqual([withoutStore.code, withoutStore.stdout], [1, ''])
    assert.match(withoutStore.stderr, /^personalite: personalite work needs the --store of the servers/)
    const withoutWorkers = await run(['work', '--workers', '0', '--store', 'postgres://127.0.0.1/shop'])
    assert.equal(withoutWorkers.code, 1)
    assert.match(withoutWorkers.stderr, /^personalite: with --workers 0 there is nothing/)
    assert.match((await run(['work', '--workers', 'many'])).stderr, /a whole number from 0 to 999/)
  })
})

describe('personalite serve', () => {
  let directory: string
  before(async () => {
    directory = await temporaryDirectory()
  })
  after(() => rm(directory, { recursive: true }))

  it('answers, prints what a client needs, and ends with 0 on SIGTERM and on SIGINT', async () => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      const { url, greeting, stop } = await serve(['--port', '0', '--data-dir', directory])
      const key = 'AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local'
      assert.ok(greeting.includes(`export AWS_ENDPOINT_URL=${url} AWS_REGION=us-east-1`), greeting)
      assert.ok(greeting.includes(key), greeting)
      assert.deepEqual(await (await fetch(`${url}/healthz`)).json(), { status: 'ok' })
      assert.equal(await stop(signal), 0)
    }
  })

  it('exits at once on a second signal, also while it waits for something', async () => {
    const { child, url, stop } = await serve(['--port', '0', '--data-dir', directory])
    using unfinished = await connectRaw(url)
    const expecting = { path: '/users', body: 'half', unsigned: { expect: '100-continue' } }
    assert.equal((await unfinished.exchange(signedRequest(url, expecting).subarray(0, -1)))?.status, 100)
    child.kill('SIGTERM')
    await eventually('the server to refuse connections', () =>
      fetch(`${url}/healthz`).then(
        () => false,
        () => true,
      ),
    )
    await setTimeout(1000) // signals closer than half of that are the same one
    assert.equal(await stop('SIGTERM'), 143)
  })

  it('ends with the shell in which npx runs it', {
    skip: process.platform === 'win32' && 'there npx has no shell',
  }, async () => {
    const command = `"${process.execPath}" bin/personalite serve --port 0 --data-dir "${directory}"; true`
    const env = { ...process.env, npm_lifecycle_event: 'npx' }
    const shell = spawn('sh', ['-c', command], { env, detached: true, stdio: ['ignore', 'pipe', 'ignore'] })
    try {
      const closed = once(shell, 'close')
      let printed = ''
      for await (const text of shell.stdout.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
        printed += text
        if (printed.includes('export')) break
      }
      shell.stdout.resume()
      shell.kill('SIGTERM')
      await closed // its output is the server's too
    } finally {
      endGroup(shell.pid!)
    }
  })

  it('takes a flag before its variable, that before the file, the file before the default', async () => {
    const config = join(directory, 'config.json')
    const file = { port: 0, dataDir: directory, accountId: '111111111111', region: 'eu-west-1', logLevel: 'silent' }
    await writeFile(config, JSON.stringify(file))
    const env = { PERSONALITE_CONFIG: config, PERSONALITE_ACCOUNT_ID: '222222222222', PERSONALITE_REGION: 'eu-west-2' }
    const { greeting, stop } = await serve(['--region', 'eu-west-3'], env)
    assert.equal(await stop(), 0)
    assert.ok(greeting.includes(`Account 222222222222, region eu-west-3, data in ${directory}`), greeting)
  })

  it('accepts the keys that are configured and not the local one, also on every address of the machine', async () => {
    const env = { PERSONALITE_SECRET_ACCESS_KEY: 'open sesame' }
    const args = ['--host', '0.0.0.0', '--port', '0', '--data-dir', directory, '--access-key-id', 'shop']
    const { greeting, url, stop } = await serve([...args, '--log-level', 'silent'], env)
    assert.ok(!greeting.includes('SECRET'), greeting)
    assert.match(greeting, /ready at http:\/\/localhost:\d+\nOther machines reach it by the name or address/)
    const key = { AWS_ENDPOINT_URL: url, AWS_ACCESS_KEY_ID: 'shop', AWS_SECRET_ACCESS_KEY: 'open sesame' }
    assert.equal((await run(['datasets'], key)).code, 0)
    const { AWS_ENDPOINT_URL, ...rest } = key
    const named = { ...rest, AWS_ENDPOINT_URL: 'http://127.0.0.1:1', AWS_ENDPOINT_URL_PERSONALIZE: AWS_ENDPOINT_URL }
    assert.equal((await run(['datasets'], named)).code, 0)
    const refused = await run(['datasets', '--endpoint', url])
    assert.deepEqual([refused.code, refused.stdout], [1, ''])
    assert.match(refused.stderr, /^personalite: The security token/)
    assert.equal(await stop(), 0)
  })

  it('says in one line why it does not start', async () => {
    const config = join(directory, 'wrong.json')
    const withFile = async (content: object | string) => {
      await writeFile(config, typeof content === 'string' ? content : JSON.stringify(content))
      return run(['serve', '--config', config])
    }
    await using running = await startTestServer()
    const port = new URL(running.url).port
    const cases: [ReturnType<typeof run>, RegExp][] = [
      [run(['serve', '--host', '0.0.0.0', '--port', '0', '--data-dir', directory]), /refusing to listen on 0\.0\.0\.0/],
      [run(['serve', '--port', '0', '--data-dir', running.dataDir]), /in use by another personalite server/],
      [run(['serve', '--port', port, '--data-dir', directory]), new RegExp(`port ${port} of 127.0.0.1 is taken`)],
      [
        run(['serve', '--port', '0', '--data-dir', import.meta.filename]),
        /cli\.test\.ts is a file; choose a directory/,
      ],
      [
        run(['serve', '--port', '0', '--data-dir', `${import.meta.filename}/x`]),
        /cli\.test\.ts\/x is below a file; cho/,
      ],
      [run(['serve', '--access-key-id', 'shop']), /PERSONALITE_SECRET_ACCESS_KEY go together/],
      [run(['serve', '--config', '/nowhere.json']), /\/nowhere\.json cannot be read/],
    ]
    for (const [result, message] of cases) await assertRefused(await result, message)
    await assertRefused(await withFile('{"port": 1, "port": 2}'), /cannot be read: it has the member "port" twice/)
    await assertRefused(await withFile({ prot: 1 }), /prot is not a setting; there are port, host/)
    await assertRefused(await withFile({ port: 70000 }), /port is invalid: 70000\. It must be a whole number from 0/)
    await assertRefused(await withFile({ credentials: [{ accessKeyId: 'a' }] }), /credentials\.1\.secretAccessKey must/)
  })

  it('names the file of a lock that is damaged', async () => {
    const damaged = join(directory, 'damaged')
    await mkdir(damaged)
    await writeFile(join(damaged, 'lock.sqlite'), 'no database '.repeat(100))
    const refused = await run(['serve', '--port', '0', '--data-dir', damaged])
    assertRefused(refused, /damaged\/lock\.sqlite is damaged\. It has no data: delete it/)
  })

  it('names the data directory that it may not write to, or a file of it', async () => {
    await chmod(directory, 0o755) // the other user goes through it
    const mixed = await mkdtemp(join(directory, 'mixed-'))
    await (await serve(['--port', '0', '--data-dir', mixed])).stop()
    if (isRoot) for (const file of ['.', ...(await readdir(mixed))]) await chown(join(mixed, file), NOBODY, NOBODY)
    for (const name of ['.', 'lock.sqlite', 'personalite.sqlite']) {
      await chmod(join(mixed, name), name === '.' ? 0o500 : 0o400)
      const refused = await run(['serve', '--port', '0', '--data-dir', mixed], {}, isRoot ? AS_NOBODY : [])
      await chmod(join(mixed, name), 0o700)
      assertRefused(refused, new RegExp(`^personalite: this user may not write to ${mixed}\n$`))
    }
  })

  it('names the fault of a flag or a variable', async () => {
    for (const [flag, value, message] of [
      ['--port', '65536', 'from 0 to 65535'],
      ['--account-id', '1234', '12 digits'],
      ['--region', 'Virginia', 'us-east-1'],
      ['--cors-origin', 'https://shop.example/', 'without a path'],
      ['--quotas', 'some', 'none or aws'],
      ['--log-level', 'loud', 'debug or info'],
      ['--max-requests', '0', 'from 1 to 1000000'],
      ['--drain', '1.5', 'from 0 to 3600'],
    ] as const) {
      const variable = `PERSONALITE_${flag.slice(2).replaceAll('-', '_').toUpperCase()}`
      for (const result of [await run(['serve', flag, value]), await run(['serve'], { [variable]: value })]) {
        assert.equal(result.code, 1)
        assert.ok(result.stderr.includes(message) && result.stderr.includes(flag), result.stderr)
      }
    }
  })

  it('does not repeat a password in a faulty value', async () => {
    const wrong = 'mysql://shop:open-sesame@127.0.0.1/shop'
    const config = join(directory, 'password.json')
    await writeFile(config, JSON.stringify({ store: wrong }))
    const started = [
      run(['serve', '--store', wrong]),
      run(['serve'], { PERSONALITE_STORE: wrong }),
      run(['serve', '--config', config]),
    ]
    const faulty = join(directory, 'faulty.json')
    await writeFile(faulty, '{"credentials": [{"accessKeyId": "shop", "secretAccessKey": open-sesame}]}')
    const cut = await run(['serve', '--config', faulty])
    assertRefused(cut, /faulty\.json cannot be read: Unexpected token 'o': it is not valid JSON$/m)
    for (const result of await Promise.all(started)) {
      assertRefused(result, /store.* is invalid\. It must be the URL of a PostgreSQL database/)
      assert.doesNotMatch(result.stderr, /sesame/)
    }
  })

  function assertRefused({ code, stdout, stderr }: Awaited<ReturnType<typeof run>>, message: RegExp) {
    assert.deepEqual({ code, stdout, lines: stderr.trimEnd().split('\n').length }, { code: 1, stdout: '', lines: 1 })
    assert.match(stderr, message)
  }
})

describe('looking into a running server', () => {
  let directory: string
  let server: Awaited<ReturnType<typeof serve>>
  const ask = (...args: string[]) => run(args, { AWS_ENDPOINT_URL: server.url })
  const lines = async (...args: string[]) => (await ask(...args)).stdout.trimEnd().split('\n')

  before(async () => {
    directory = await temporaryDirectory()
    server = await serve(['--port', '0', '--data-dir', directory, '--log-level', 'silent'])
    const clients = clientsOf(server.url)
    const { datasetArn, datasetGroupArn } = await createUsersDataset(clients)
    const users = [
      { userId: '42', properties: '{"age":31,"loyaltyNumber":9007199254740993}' },
      { userId: 'a\u001b[2J', properties: '{}' },
    ]
    await clients.events.send(new PutUsersCommand({ datasetArn, users }))
    await createDataset(clients, 'Interactions')
    const { trackingId } = await clients.personalize.send(
      new CreateEventTrackerCommand({ name: 'web', datasetGroupArn }),
    )
    const eventList = ['i1', 'i2'].map((itemId, i) => ({ itemId, eventType: 'watch', sentAt: new Date(i * 1000) }))
    await clients.events.send(new PutEventsCommand({ trackingId, userId: '42', sessionId: 's', eventList }))
  })
  after(async () => {
    await server.stop()
    await rm(directory, { recursive: true })
  })

  it('gets a user with every digit', async () => {
    const { code, stdout } = await ask('users', 'get', '42')
    assert.equal(code, 0)
    assert.match(
      stdout,
      /"userId": "42",\n {2}"properties": \{\n {4}"age": 31,\n {4}"loyaltyNumber": 9007199254740993\n/,
    )
  })

  it('says that there is no such user', async () => {
    const { code, stdout, stderr } = await ask('users', 'get', 'eve')
    assert.deepEqual({ code, stdout }, { code: 1, stdout: '' })
    assert.match(stderr, /^personalite: .* has no record whose userId is "eve"\n$/)
  })

  it('lists the users put last as a table or as JSON, without control characters', async () => {
    const [head, first, second] = await lines('users', 'latest')
    assert.match(head!, /^userId +ingestion +seq +properties$/)
    assert.match(first!, /^a\\u001b\[2J +PUT +\d+ +\{\}$/)
    assert.match(second!, /^42 +PUT +\d+ +\{"age":31,"loyaltyNumber":9007199254740993\}$/)
    const { records } = JSON.parse((await ask('users', 'latest', '--limit', '1', '--json')).stdout)
    assert.deepEqual(
      records.map(({ userId }: { userId: string }) => userId),
      ['a\u001b[2J'],
    )
  })

  it('counts', async () => {
    assert.deepEqual(await lines('users', 'count'), ['PUT  BULK  ALL', '  2     0    2'])
    assert.equal(JSON.parse((await ask('interactions', 'count', '--json')).stdout).count.ALL, 2)
  })

  it('shows the interactions of a user, the newest first', async () => {
    const [, first, second] = await lines('interactions', 'of', '42', '--dataset-group', 'shop')
    assert.match(first!, /^1970-01-01T00:00:01\.000Z +42 +i2 +watch +s +PUT/)
    assert.match(second!, /^1970-01-01T00:00:00\.000Z +42 +i1/)
  })

  it('lists datasets and jobs', async () => {
    assert.deepEqual(await lines('datasets'), [
      'group  type          name               PUT  BULK  ALL  duplicates  repeated',
      'shop   USERS         shop-users           2     0    2',
      'shop   INTERACTIONS  shop-interactions    2     0    2           0         0',
    ])
    assert.deepEqual(await lines('jobs'), ['none'])
  })

  it('shows the values of the metrics of a metric attribution', async () => {
    assert.match((await ask('metrics')).stderr, /^personalite: the server has no metric attribution yet\n$/)
    const datasetGroupArn = 'arn:aws:personalize:us-east-1:000000000000:dataset-group/shop'
    const metrics = [{ metricName: 'plays', eventType: 'watch', expression: 'SAMPLECOUNT()' }]
    const attribution = { name: 'impact', datasetGroupArn, metrics, metricsOutputConfig: { roleArn: ROLE } }
    await clientsOf(server.url).personalize.send(new CreateMetricAttributionCommand(attribution))
    const [head, row] = await lines('metrics', 'impact', '--from', '1970-01-01', '--period', '3600')
    assert.match(head!, /^timestamp +metricName +eventType +function +source +value$/)
    assert.match(row!, /^1970-01-01T00:00:00\.000Z +plays +watch +SAMPLECOUNT +SOURCE_NAME_UNDEFINED +2$/)
    assert.deepEqual(await lines('metrics'), ['none'])
    assert.equal(JSON.parse((await ask('metrics', '--json')).stdout).period, 900)
    assert.match((await ask('metrics', 'x')).stderr, /there is no metric attribution x; there are: impact/)
  })

  it('watches jobs until all have ended', async () => {
    const rows = Array.from({ length: 50_000 }, (_, n) => `watched-${n},${n % 90}\n`)
    const dataLocation = await putFile({ dataDir: directory }, 'watched.csv', `USER_ID,AGE\nnew,n/a\n${rows.join('')}`)
    const datasetArn = 'arn:aws:personalize:us-east-1:000000000000:dataset/shop/USERS'
    const job = { jobName: 'watched', datasetArn, dataSource: { dataLocation }, roleArn: ROLE }
    await clientsOf(server.url).personalize.send(new CreateDatasetImportJobCommand(job))
    const { code, stdout } = await ask('jobs', '--watch')
    assert.equal(code, 0)
    assert.match(
      stdout,
      /watched +ACTIVE +50001 rows, 100 % .*AGE: 1 unreadable \(s3:\/\/b\/watched\.csv line 2: AGE must be an int/,
    )
  })

  it('shows the newest jobs, and older ones by the token of the last page', async () => {
    const dataLocation = await putFile({ dataDir: directory }, 'newest.csv', 'USER_ID,AGE\nnewest,1\n')
    const datasetArn = 'arn:aws:personalize:us-east-1:000000000000:dataset/shop/USERS'
    const job = { jobName: 'newest', datasetArn, dataSource: { dataLocation }, roleArn: ROLE }
    await clientsOf(server.url).personalize.send(new CreateDatasetImportJobCommand(job))
    await ask('jobs', '--watch')
    const [, newest, older] = await lines('jobs', '--limit', '1')
    assert.match(newest!, /newest +ACTIVE/)
    const [, token] = /^older ones: --next-token (\w+)$/.exec(older!)!
    assert.match((await ask('jobs', '--next-token', token!)).stdout, /watched +ACTIVE[^\n]*\n$/)
  })

  it('says which dataset group or dataset is missing', async () => {
    assert.match((await ask('items', 'count')).stderr, /the dataset group shop has no dataset of type ITEMS/)
    assert.match((await ask('users', 'count', '--dataset-group', 'x')).stderr, /no dataset group x; there are: shop/)
  })

  it('says that no server answers', async () => {
    const { code, stderr } = await run(['datasets', '--endpoint', 'http://127.0.0.1:1'])
    assert.equal(code, 1)
    assert.match(stderr, /^personalite: no server answers at http:\/\/127\.0\.0\.1:1;/)
  })
})
