/**
 * Counts the functions of src/ that run on the main thread in one warm call, by V8's precise coverage. This is the code
 * that a reader has to follow. It takes the least of several calls, since timers may fall into one.
 *
 *     npm run bench:functions [-- --list]
 */
import { Session } from 'node:inspector/promises'
import { PutUsersCommand } from '@aws-sdk/client-personalize-events'
import { GetRecommendationsCommand } from '@aws-sdk/client-personalize-runtime'
import { createMarket, deploy } from '#test/market.ts'
import { startTestServer } from '#test/server.ts'
import { readOptions } from './support/options.ts'

const { values } = readOptions({ options: { list: { type: 'boolean', default: false } } })
const WARM_CALLS = 200
const MEASURED = 9
const SRC = new URL('../src/', import.meta.url).href

await using server = await startTestServer()
const market = await createMarket(server)
const campaignArn = await deploy(server, market.datasetGroupArn, 'aws-user-personalization-v2')
const properties = JSON.stringify({ age: 30, membershipType: 'Gold' })
const calls: Readonly<Record<string, () => Promise<unknown>>> = {
  PutUsers: () =>
    server.events.send(new PutUsersCommand({ datasetArn: market.users, users: [{ userId: 'ann', properties }] })),
  GetRecommendations: () => server.runtime.send(new GetRecommendationsCommand({ campaignArn, userId: 'drama-1' })),
}

const session = new Session()
session.connect()
await session.post('Profiler.enable')
await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false })

/** The functions that have run since the last time: file, first character and name. */
async function takeRun(): Promise<readonly string[]> {
  const { result } = await session.post('Profiler.takePreciseCoverage')
  return result
    .filter(({ url }) => url.startsWith(SRC))
    .flatMap(({ url, functions }) =>
      functions
        .filter(({ ranges }) => ranges[0]!.count > 0)
        .map(({ functionName, ranges }) => `${url.slice(SRC.length)}:${ranges[0]!.startOffset} ${functionName}`),
    )
}

for (const [name, call] of Object.entries(calls)) {
  for (let n = 0; n < WARM_CALLS; n++) await call()
  let least: readonly string[] | undefined
  for (let n = 0; n < MEASURED; n++) {
    await takeRun()
    await call()
    const run = await takeRun()
    if (!least || run.length < least.length) least = run
  }
  console.log(`${name}: ${least!.length} functions`)
  if (values.list) console.log(least!.join('\n'))
}
