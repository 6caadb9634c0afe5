import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { describe, it } from 'node:test'
import { PersonalizeEventsClient, PutUsersCommand } from '@aws-sdk/client-personalize-events'
import { LOCAL_KEY } from '../src/config.ts'
import { start } from './crash/server-process.ts'
import { temporaryDirectory } from './support/directory.ts'
import { countOf } from './support/http.ts'
import { connectRaw, signedRequest } from './support/raw-http.ts'
import { clientsOf, createUsersDataset } from './support/server.ts'
import { storeUrl } from './support/store.ts'

const AT_A_TIME = 20
const CONNECTIONS = 400
const CALLS_EACH = 25
const PATIENT_CALLS = 20

/** Of the process, in MB, and how many requests it turned away. */
async function measure(url: string) {
  const text = await (await fetch(`${url}/metrics`)).text()
  const rss = Number(/^process_resident_memory_bytes (.*)$/m.exec(text)![1]) / 2 ** 20
  const shed = [...text.matchAll(/^personalite_shed_total\{.*\} (\d+)$/gm)].reduce(
    (sum, [, count]) => sum + Number(count),
    0,
  )
  return { rss, shed }
}

describe('a flood of requests, twenty times what is answered at a time', () => {
  it('is answered in part, the rest told to try again, and what is acknowledged is kept, and nothing else', async () => {
    const dataDir = await temporaryDirectory()
    const store = await storeUrl(dataDir)
    const args = ['--max-requests', `${AT_A_TIME}`, '--log-level', 'error', ...(store ? ['--store', store] : [])]
    const server = await start(dataDir, args)
    try {
      const { datasetArn } = await createUsersDataset(clientsOf(server.url))
      const before = await measure(server.url)
      const answers = new Map<string, number>()
      const flood = async (caller: number) => {
        using connection = await connectRaw(server.url)
        for (let call = 0; call < CALLS_EACH; call++) {
          const body = JSON.stringify({ datasetArn, users: [{ userId: `${caller}-${call}` }] })
          const reply = await connection.exchange(signedRequest(server.url, { path: '/users', body }))
          const answer = `${reply?.status} ${reply?.headers['x-amzn-errortype'] ?? ''}`.trim()
          answers.set(answer, (answers.get(answer) ?? 0) + 1)
        }
      }
      /** A client as any is, which tries again as it sees fit. */
      const options = { endpoint: server.url, region: 'us-east-1', credentials: LOCAL_KEY, maxAttempts: 20 }
      using client = Object.assign(new PersonalizeEventsClient(options), {
        [Symbol.dispose]: () => client.destroy(),
      })
      const flooding = Promise.all(Array.from({ length: CONNECTIONS }, (_, caller) => flood(caller)))
      const patient = Array.from({ length: PATIENT_CALLS }, (_, call) =>
        client.send(new PutUsersCommand({ datasetArn, users: [{ userId: `patient-${call}` }] })),
      )
      const tries = (await Promise.all(patient)).map(({ $metadata }) => $metadata.attempts!)
      await flooding

      const after = await measure(server.url)
      assert.deepEqual([...answers.keys()].sort(), ['200', '400 ThrottlingException'])
      const acknowledged = answers.get('200')!
      assert.equal((await countOf(server, datasetArn)).rows, acknowledged + PATIENT_CALLS)
      const triedAgain = tries.reduce((sum, attempts) => sum + attempts - 1, 0)
      assert.equal(after.shed, CONNECTIONS * CALLS_EACH - acknowledged + triedAgain)
      assert.ok(after.rss < before.rss + 200, `${before.rss} MB, then ${after.rss} MB`)
    } finally {
      await server.kill()
      await rm(dataDir, { recursive: true })
    }
  })
})
