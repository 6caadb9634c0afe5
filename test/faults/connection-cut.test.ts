import { after, before, describe, it } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { CreateSchemaCommand } from '@aws-sdk/client-personalize'
import { NODES, PLACES } from '#test/nodes.ts'
import { clientsOf } from '#test/server.ts'
import { assertRetried, assertWhole, counted, Outcomes, roundsOf, startBehindProxy, underLoad } from './cluster.ts'

const CUTS = roundsOf(20)

const SCHEMA = JSON.stringify({
  type: 'record',
  name: 'Users',
  fields: ['USER_ID', 'AGE'].map(name => ({ name, type: name === 'AGE' ? 'int' : 'string' })),
  version: '1.0',
})

for (const node of PLACES)
  describe(`two servers, one of which has a bad way to ${NODES[node]}`, () => {
    let cluster: Awaited<ReturnType<typeof startBehindProxy>>
    before(async () => {
      cluster = await startBehindProxy(node)
    })
    after(() => cluster?.[Symbol.asyncDispose]())

    const outcomes = new Outcomes()
    const whileIn = async (round: number, happens: () => Promise<void>) => {
      await underLoad(cluster, round, outcomes, happens)
      assertRetried(outcomes)
      await assertWhole(cluster, outcomes)
    }

    it(`have every acknowledged call once and whole, when connections are cut ${CUTS} times in the middle`, async () => {
      await whileIn(0, async () => {
        for (let cut = 0; cut < CUTS; cut++) {
          await setTimeout(Math.random() * 300)
          cluster.way.cut()
        }
        await setTimeout(300)
      })
      console.log(`faults: connections cut ${CUTS} times, ${counted(outcomes)}`)
    })

    it('create each resource once, and acknowledge it to the client', async () => {
      const { personalize } = clientsOf(cluster.servers[0]!.url)
      let [created, isOver] = [0, false]
      const creating = Array.from({ length: 4 }, async (_, creator) => {
        while (!isOver) {
          const name = `${creator}-${created++}`
          await personalize.send(new CreateSchemaCommand({ name, schema: SCHEMA }))
        }
      })
      const cutting = (async () => {
        for (let cut = 0; cut < CUTS; cut++) {
          await setTimeout(Math.random() * 100)
          cluster.way.cut()
        }
        isOver = true
      })()
      await Promise.all([...creating, cutting])
      console.log(`faults: connections cut ${CUTS} times, ${created} resources created once`)
    })

    it('have it also if nothing gets through for a while, and then everything', async () => {
      await whileIn(1, async () => {
        for (const ms of [300, 3000]) {
          const release = cluster.way.hold()
          await setTimeout(ms)
          release()
          await setTimeout(700)
        }
      })
      console.log(`faults: nothing got through for 0.3 and 3 s, ${counted(outcomes)}`)
    })
  })
