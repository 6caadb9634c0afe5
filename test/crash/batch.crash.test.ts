import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { after, before, describe, it } from 'node:test'
import {
  CreateBatchInferenceJobCommand,
  CreateBatchSegmentJobCommand,
  DescribeBatchInferenceJobCommand,
  DescribeBatchSegmentJobCommand,
} from '@aws-sdk/client-personalize'
import { temporaryDirectory } from '#test/directory.ts'
import { eventually } from '#test/eventually.ts'
import { assertActive, finished, putFile, putLongFile, ROLE } from '#test/jobs.ts'
import { createMarket, train } from '#test/market.ts'
import { clientsOf, type TestServer } from '#test/server.ts'
import { type ServerProcess, start } from './server-process.ts'

/** Its first input lasts until it is killed. Then a short one has its name. */
describe('a batch job, killed in the middle of its output', () => {
  let dataDir: string
  let server: ServerProcess & TestServer
  let datasetGroupArn: string
  before(async () => {
    dataDir = await temporaryDirectory()
    await restart()
    datasetGroupArn = (await createMarket(server)).datasetGroupArn
  })
  after(async () => {
    await server?.kill()
    await rm(dataDir, { recursive: true })
  })
  const restart = async () => {
    const started = await start(dataDir, ['--s3', 'folder'])
    server = { ...started, ...clientsOf(started.url), dataDir, async [Symbol.asyncDispose]() {} }
  }
  const folder = () => `${dataDir}/s3/b/out`

  type Request = Pick<CreateBatchInferenceJobCommand['input'], 'jobName' | 'jobInput' | 'jobOutput' | 'roleArn'>
  const begins = {
    inference: {
      recipe: 'aws-user-personalization-v2',
      line: '{"userId":"Member-1"}',
      async create(solutionVersionArn: string, request: Request) {
        const command = new CreateBatchInferenceJobCommand({ ...request, solutionVersionArn })
        const { batchInferenceJobArn } = await server.personalize.send(command)
        const describe = new DescribeBatchInferenceJobCommand({ batchInferenceJobArn })
        return async () => (await server.personalize.send(describe)).batchInferenceJob
      },
    },
    segment: {
      recipe: 'aws-item-affinity',
      line: '{"itemId":"drama-1"}',
      async create(solutionVersionArn: string, request: Request) {
        const command = new CreateBatchSegmentJobCommand({ ...request, solutionVersionArn })
        const { batchSegmentJobArn } = await server.personalize.send(command)
        const describe = new DescribeBatchSegmentJobCommand({ batchSegmentJobArn })
        return async () => (await server.personalize.send(describe)).batchSegmentJob
      },
    },
  }
  for (const [jobName, { recipe, line, create }] of Object.entries(begins))
    it(`begins anew at the next start, and leaves nothing half done: ${jobName}`, async () => {
      const { solutionVersionArn } = await train(server, datasetGroupArn, recipe)
      const path = await putLongFile({ dataDir }, `${jobName}.json.gz`, [line])
      const describe = await create(solutionVersionArn!, {
        jobName,
        roleArn: ROLE,
        jobInput: { s3DataSource: { path } },
        jobOutput: { s3DataDestination: { path: `s3://b/out/${jobName}/` } },
      })
      const output = `${folder()}/${jobName}/${jobName}.json.gz.out`
      await eventually('a part of the output', async () => {
        return (statSync(`${output}.unfinished`, { throwIfNoEntry: false })?.size ?? 0) > 0
      })
      await server.kill()
      assert.ok(!existsSync(output))
      await putFile({ dataDir }, `${jobName}.json.gz`, `${line}\n${line}\n`)
      await restart()
      assertActive((await finished(describe))!)
      assert.deepEqual(readdirSync(`${folder()}/${jobName}`), [`${jobName}.json.gz.out`])
      const answers = readFileSync(output, 'utf8').trimEnd().split('\n')
      assert.deepEqual(
        answers.map(text => JSON.parse(text).error),
        [null, null],
      )
    })
})
