import assert from 'node:assert/strict'
import { rename, rm } from 'node:fs/promises'
import { basename } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { gzipSync } from 'node:zlib'
import { PutItemsCommand } from '@aws-sdk/client-personalize-events'
import { GetRecommendationsCommand } from '@aws-sdk/client-personalize-runtime'
import { createFilter, describeInference, infer, type OutputLine, readOutput } from '#test/batches.ts'
import { temporaryDirectory } from '#test/directory.ts'
import { assertActive, finished, notesOf, putFile } from '#test/jobs.ts'
import { campaignOf, createMarket, type Market, tasteOf, train } from '#test/market.ts'
import { startTestServer, type TestServer } from '#test/server.ts'
import { openTestStore } from '#test/store.ts'

describe('a batch inference job', () => {
  let dataDir: string
  let server: TestServer
  let market: Market
  let solutionVersionArn: string
  before(async () => {
    dataDir = await temporaryDirectory()
    server = await startTestServer({ dataDir })
    market = await createMarket(server)
    solutionVersionArn = await trained('aws-user-personalization-v2')
  })
  after(async () => {
    await server[Symbol.asyncDispose]()
    await rm(dataDir, { recursive: true })
  })

  const trained = async (recipe: string) => {
    const version = await train(server, market.datasetGroupArn, recipe)
    assertActive(version)
    return version.solutionVersionArn!
  }
  const filter = (expression: string) => createFilter(server, market.datasetGroupArn, expression)
  /** The output for lines of input, which must be ACTIVE in the end. */
  const ask = async (lines: readonly unknown[], request: Partial<Parameters<typeof infer>[2]> = {}) => {
    const { job, files } = await infer(server, lines, { solutionVersionArn, ...request })
    assertActive(job)
    assert.deepEqual(Object.keys(files), ['in.json.out'])
    return files['in.json.out'] as readonly OutputLine[]
  }
  const itemsOf = ({ output }: OutputLine) => output!.recommendedItems
  const tastesOf = (line: OutputLine) => [...new Set(itemsOf(line).map(tasteOf))]

  it('recommends to users, with scores', async () => {
    const lines = [{ userId: 'Member-1' }, { userId: 'Guest-1' }, { userId: 'nobody' }]
    const output = await ask(lines, { numResults: 60 })
    assert.deepEqual(
      output.map(({ input, error }) => ({ input, error })),
      lines.map(input => ({ input, error: null })),
    )
    for (const { output: found } of output) {
      const { recommendedItems, scores } = found!
      assert.equal(recommendedItems.length, 60)
      assert.deepEqual(
        scores,
        scores!.toSorted((a, b) => b - a),
      )
      const sum = scores!.reduce((a, b) => a + b, 0)
      assert.ok(Math.abs(sum - 1) < 1e-4, `${sum}`)
    }
    assert.deepEqual(
      output.slice(0, 2).map(line => tasteOf(itemsOf(line)[0]!)),
      ['drama', 'comedy'],
    )
  })

  it('recommends what a campaign does, to each of many users', async () => {
    const campaignArn = await campaignOf(server, solutionVersionArn)
    const users = Array.from({ length: 90 }, (_, n) => ({ userId: `${n % 2 ? 'Member' : 'Guest'}-${n % 50}` }))
    const asked: { userId: string; context?: Record<string, string> }[] = [
      { userId: 'Guest-7', context: { DEVICE: 'phone' } },
      { userId: 'nobody' },
      ...users,
    ]
    const output = await ask(asked)
    for (const [n, { userId, context }] of asked.entries()) {
      const command = new GetRecommendationsCommand({ campaignArn, userId, context })
      const { itemList } = await server.runtime.send(command)
      assert.deepEqual(
        itemsOf(output[n]!),
        itemList!.map(({ itemId }) => itemId),
      )
      for (const [at, { score }] of itemList!.entries())
        assert.ok(Math.abs(output[n]!.output!.scores![at]! - score!) < 1e-7)
    }
  })

  it('ranks lists', async () => {
    const itemList = ['comedy-1', 'new', 'drama-1', 'drama-0']
    const [line] = await ask([{ userId: 'Member-2', itemList }], {
      solutionVersionArn: await trained('aws-personalized-ranking-v2'),
    })
    const { recommendedItems, scores } = line!.output!
    assert.deepEqual(recommendedItems.map(tasteOf), ['drama', 'drama', 'comedy', 'new'])
    assert.equal(scores!.length, 4)
    assert.equal(scores![3], 0)
    assert.ok(Math.abs(scores!.reduce((a, b) => a + b, 0) - 1) < 1e-4)
  })

  it('finds related items, and popular ones, without scores', async () => {
    const similar = await trained('aws-similar-items')
    const [related] = await ask([{ itemId: 'drama-5' }], { solutionVersionArn: similar, numResults: 5 })
    assert.deepEqual(Object.keys(related!.output!), ['recommendedItems'])
    assert.deepEqual(tastesOf(related!), ['drama'])
    const popular = await trained('aws-popularity-count')
    const [first, second] = await ask([{ userId: 'Member-1' }, { userId: 'Guest-1' }], {
      solutionVersionArn: popular,
      numResults: 3,
    })
    assert.equal(itemsOf(first!).length, 3)
    assert.deepEqual(first!.output, second!.output)
    assert.deepEqual(Object.keys(first!.output!), ['recommendedItems'])
  })

  it('filters by the values of each line', async () => {
    const filterArn = await filter('INCLUDE ItemID WHERE Items.GENRES IN ($GENRES) AND Items.PRICE <= $PRICE')
    const [drama, both, without] = await ask(
      [
        { userId: 'Guest-1', filterValues: { GENRES: '"drama"', PRICE: '2' } },
        { userId: 'Guest-1', filterValues: { GENRES: '"drama","comedy"', PRICE: '1' } },
        { userId: 'Guest-1' },
      ],
      { filterArn },
    )
    assert.deepEqual(new Set(itemsOf(drama!)), new Set(['drama-0', 'drama-1']))
    assert.deepEqual(itemsOf(both!), ['comedy-0', 'drama-0'])
    assert.deepEqual([without!.output, without!.input], [null, { userId: 'Guest-1' }])
    assert.match(without!.error!, /^filterValues: GENRES is missing/)
  })

  it('says why a line cannot be answered, and answers the others', async () => {
    const lines = ['{"userId":', { itemId: 'drama-1' }, { userId: 7 }, { userId: 'a', filterValues: { A: '1' } }, '  ']
    const deep = `{"userId":"Member-1","x":${'['.repeat(100_000)}${']'.repeat(100_000)}}`
    const output = await ask([...lines, { userId: 'Member-1' }, deep])
    const errors = [
      /^The line must be a JSON object, and is malformed: it ends too early; write each object whole on a line/,
      /^userId is missing: aws-user-personalization-v2 recommends for a user$/,
      /^userId must be a string, as "42", got 7$/,
      /^filterValues: the values need a filterArn$/,
    ]
    assert.equal(output.length, 6)
    assert.match(output[5]!.error!, /^The line must be a JSON object, not nested more than 100 deep$/)
    for (const [i, expected] of errors.entries()) {
      assert.equal(output[i]!.output, null)
      assert.match(output[i]!.error!, expected)
    }
    assert.equal(output[0]!.input, '{"userId":')
    assert.deepEqual([output[4]!.error, itemsOf(output[4]!).length], [null, 25])
  })

  it('notes the lines that could not be answered, by their places in the output', async () => {
    await putFile(
      server,
      'noted/1.json',
      '{"userId":"Member-1"}\n\n{"userId":7}\n{"userId":"Member-2"}\n{"userId":8}\n',
    )
    await putFile(server, 'noted/2.json', '{"userId":"Member-1"},\n')
    await putFile(server, 'noted/_SUCCESS', '')
    const { job, output } = await infer(server, 's3://b/noted/', { solutionVersionArn })
    assert.equal(job.status, 'ACTIVE')
    const uri = `s3://b/${basename(output)}`
    assert.deepEqual(await notesOf(server, job.jobName), [
      `3 of 5 lines have an error and no output: ${uri}/1.json.out line 2: userId must be a string, as "42", got 7 ` +
        `(2 such rows, on lines 2 and 4). Also: ${uri}/2.json.out line 1: The line must be a JSON object, ` +
        'and is malformed at position 21; write each object whole on a line of its own, without a comma after it or ' +
        'brackets around all',
    ])
    const { job: good } = await infer(server, [{ userId: 'Member-1' }], { solutionVersionArn })
    assert.deepEqual(await notesOf(server, good.jobName), [])
    const { job: none } = await infer(server, ['', '  '], { solutionVersionArn })
    assert.deepEqual(
      [none.status, await notesOf(server, none.jobName)],
      ['ACTIVE', ['nothing was answered: the input has no lines']],
    )
  })

  it('says what a file is that has no lines of JSON', async () => {
    const utf16 = Buffer.from('\ufeff{"userId":"Member-1"}\n', 'utf16le')
    for (const [content, what] of [
      [utf16, 'UTF-16'],
      ['PAR1 of a table', 'Parquet'],
      [gzipSync(utf16), 'UTF-16'],
    ] as const) {
      await putFile(server, 'odd/in.json', content)
      const { job } = await infer(server, 's3://b/odd/in.json', { solutionVersionArn })
      assert.equal(job.status, 'CREATE FAILED')
      assert.match(job.failureReason!, RegExp(` must have a JSON object on each line, in UTF-8, and is ${what}$`))
    }
  })

  it('answers every file whose name begins so, each in one of its own', async () => {
    for (const [name, userId] of [
      ['1.json', 'Member-1'],
      ['2.json', 'Guest-1'],
      ['deep/1.json', 'Member-2'],
    ] as const)
      await putFile(server, `folder/${name}`, JSON.stringify({ userId }))
    await putFile(server, 'folder/deep/2.json.gz', gzipSync(JSON.stringify({ userId: 'Guest-2' })))
    const all = await infer(server, 's3://b/folder/', { solutionVersionArn })
    assertActive(all.job)
    assert.deepEqual(
      Object.entries(all.files).map(([name, [line]]) => [name, line!.input]),
      [
        ['1.json.out', { userId: 'Member-1' }],
        ['2.json.out', { userId: 'Guest-1' }],
        ['deep/1.json.out', { userId: 'Member-2' }],
        ['deep/2.json.gz.out', { userId: 'Guest-2' }],
      ],
    )
    assert.deepEqual(Object.keys((await infer(server, 's3://b/folder/2', { solutionVersionArn })).files), [
      '2.json.out',
    ])
  })

  it('fails as a whole where no line could be answered', async () => {
    const failed = async (lines: readonly unknown[] | string, request = {}) => {
      const { job, files } = await infer(server, lines, { solutionVersionArn, ...request })
      assert.deepEqual([job.status, files], ['CREATE FAILED', {}])
      return job.failureReason
    }
    assert.equal(await failed('s3://b/none.json'), 'Invalid S3 input path. There is no file at s3://b/none.json')
    assert.match((await failed('s3://nowhere/x'))!, /^Invalid S3 input path\. There is no bucket "nowhere"/)
    await putFile(server, 'file', '')
    const jobOutput = { s3DataDestination: { path: 's3://b/file/' } }
    assert.match((await failed([{ userId: 'a' }], { jobOutput }))!, /^s3:\/\/b\/file\/in\.json\.out cannot be read or/)
  })

  it('begins anew where a stop of the server cut it off', async () => {
    const lines = [{ userId: 'Member-1' }, { userId: 'Guest-1' }]
    const { job, files, output } = await infer(server, lines, { solutionVersionArn })
    await server[Symbol.asyncDispose]()
    await rename(`${output}/in.json.out`, `${output}/in.json.out.unfinished`)
    const store = await openTestStore(dataDir)
    await store.resources.update(job.batchInferenceJobArn!, { status: 'CREATE IN_PROGRESS' })
    await store.close()

    server = await startTestServer({ dataDir })
    assertActive(await finished(() => describeInference(server, job.batchInferenceJobArn)))
    assert.deepEqual(await readOutput(output), files)
  })

  it('answers the same, in the order of the lines, with any number of threads', async () => {
    // So many that other threads begin.
    const lines = Array.from({ length: 4000 }, (_, n) =>
      n % 500 === 7 ? { userId: n } : { userId: `${n % 2 ? 'Member' : 'Guest'}-${n % 70}` },
    )
    const found: (readonly OutputLine[])[] = []
    for (const threads of [1, 3]) {
      await server[Symbol.asyncDispose]()
      server = await startTestServer({ dataDir, threads })
      found.push(await ask(lines))
    }
    assert.deepEqual(
      found[1]!.map(({ input }) => input),
      lines,
    )
    assert.deepEqual(found[1], found[0])
  })

  it('gives the reasons of each item, as a campaign of aws-user-personalization-v2 does', async () => {
    const items = Array.from({ length: 10 }, (_, n) => ({ itemId: `new-${n}`, properties: '{"genres":"drama"}' }))
    await server.events.send(new PutItemsCommand({ datasetArn: market.items, items }))
    const campaignArn = await campaignOf(server, solutionVersionArn)
    const users = Array.from({ length: 20 }, (_, n) => ({ userId: `Member-${n}` }))
    const output = await ask(users)
    for (const [n, { userId }] of users.entries()) {
      const { itemList } = await server.runtime.send(new GetRecommendationsCommand({ campaignArn, userId }))
      assert.deepEqual(
        output[n]!.output!.reasons,
        itemList!.map(({ reason }) => reason ?? []),
      )
    }
    assert.deepEqual(new Set(output.flatMap(line => line.output!.reasons!.flat())), new Set(['Exploration']))
    const older = await ask(users.slice(0, 1), { solutionVersionArn: await trained('aws-user-personalization') })
    assert.deepEqual(Object.keys(older[0]!.output!), ['recommendedItems', 'scores'])
  })
})
