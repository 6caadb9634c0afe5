import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { temporaryDirectory } from '#test/directory.ts'
import { eventsIn } from '#test/events-in.ts'
import { createRandom } from '../../engine/math/random.ts'
import type { EventChunk, TrainingEvent } from '../training/events.ts'
import { inChunks, since } from './chunk.ts'
import { openSnapshot, type SnapshotWriter, writeSnapshot } from './snapshot-file.ts'

const inTurn = async function* <Each>(all: readonly Each[]) {
  yield* all
}
/** One by one, as texts: to compare all at once takes long, and to print a difference takes gigabytes. */
function assertSame(found: readonly TrainingEvent[], expected: readonly TrainingEvent[]): void {
  for (const [at, event] of expected.entries()) assert.equal(JSON.stringify(found[at]), JSON.stringify(event))
  assert.equal(found.length, expected.length)
}
const isOdd = (userId: string) => Number(userId.slice(1)) % 2 === 1

/** Users with 1 to 50,000 events, so that chunks of 65,536 end in the middle of a user's. */
function events(withRest: boolean): readonly TrainingEvent[] {
  const random = createRandom(3)
  const below = (n: number) => Math.floor(random() * n)
  return [1, 40_000, 3, 50_000, 1, 2, 20].flatMap((count, user) =>
    Array.from({ length: count }, (_, event) => ({
      userId: `u${user}`,
      itemId: `é-${below(3000)}`,
      timestampMs: 1000 * event - below(1000),
      eventType: `type ${below(3)}`,
      eventValue: withRest && random() < 0.2 ? random() : null,
      details: withRest && random() < 0.2 ? `{"DEVICE":"😀 ${below(9)}"}` : '',
      repeated: withRest && random() < 0.1,
    })),
  )
}

/** @param read is passed the chunks of a file that was filled so */
async function withFile(
  fill: (writer: SnapshotWriter) => Promise<void>,
  read: (chunks: EventChunk[]) => Promise<void>,
) {
  const directory = await temporaryDirectory()
  const path = join(directory, 'events')
  await writeSnapshot(path, `${path}.part`, async writer => {
    await fill(writer)
    return { of: {}, seq: 7 }
  })
  await using file = await openSnapshot(path)
  const chunks = await Array.fromAsync(file!.read())
  assert.equal(
    file!.events,
    chunks.reduce((sum, { times }) => sum + times.length, 0),
  )
  await read(chunks)
  await rm(directory, { recursive: true })
}

for (const [what, given] of [
  ['with values, details and repeated ones', events(true)],
  ['without', events(false)],
] as const)
  describe(`chunks of events ${what}`, () => {
    it('have all events in the same order, from a store', async () => {
      assertSame(await eventsIn(inChunks(inTurn(given))), given)
    })

    it('have them from a file', () =>
      withFile(
        writer => writer.put(given),
        async chunks => {
          assert.equal(chunks.length, 2)
          assertSame(await eventsIn(inTurn(chunks)), given)
          const parts = ['"DEVICE"', '😀 3', 'IMPRESSION']
          const isThere = parts.map(text => given.some(({ details }) => details.includes(text)))
          for (const { details } of chunks) {
            const found = parts.map(text => details.include(text))
            assert.deepEqual(found, isThere)
          }
        },
      ))

    it('are copied to another file, where other users come between and some are left out', () =>
      withFile(
        writer => writer.put(given),
        chunks =>
          withFile(
            async writer => {
              await writer.put([{ ...given[0]!, userId: 'a', itemId: 'new', eventType: 'new' }])
              for (const chunk of chunks)
                for (const [user, userId] of chunk.users.entries())
                  if (isOdd(userId)) await writer.copy(chunk, user, user + 1)
            },
            async copied => {
              const [first, ...rest] = await eventsIn(inTurn(copied))
              assert.deepEqual([first!.userId, first!.itemId, first!.eventType], ['a', 'new', 'new'])
              assertSame(
                rest,
                given.filter(({ userId }) => isOdd(userId)),
              )
            },
          ),
      ))

    it('are without those before a time, and without users who have no others', async () => {
      for (const from of [Number.NEGATIVE_INFINITY, 1500, 30_000_000, 1e12]) {
        const kept = async function* () {
          for await (const chunk of inChunks(inTurn(given))) yield since(chunk, from)
        }
        assertSame(
          await eventsIn(kept()),
          given.filter(({ timestampMs }) => timestampMs >= from),
        )
      }
    })
  })
