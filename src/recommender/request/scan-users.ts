import type { DatasetsOfGroup } from '../../datasets/of-group.ts'
import { HISTORY_MAX } from '../../engine/blend/questions.ts'
import type { DatasetRecord } from '../../filters/dataset-record.ts'
import { historyOf } from '../../store/history.ts'
import type { FoundInteraction, StoredRecord } from '../../store/rows.ts'
import type { Store } from '../../store/store.ts'
import type { RequestUser } from '../families/ranker.ts'
import type { LoadedModel } from '../serving/open-model.ts'
import { knownOf } from './request-user.ts'

/** A user of the Interactions dataset. */
export interface ScannedUser {
  readonly id: string
  readonly user: RequestUser
  /** The record of the Users dataset; without fields where there is none. */
  readonly record: DatasetRecord
  /** How many of the user's events the model looks at. */
  readonly activity: number
  /** The types of all of the user's events. */
  readonly eventTypes: ReadonlySet<string>
}

const REPORT_ROWS = 8192

/**
 * Everybody who has interacted, one by one in the order of their ids, as `readPerson` would read them; an anonymous
 * session is nobody. One user is in memory at a time.
 * @param report called now and then with how many interactions were read
 */
export async function* readUsers(
  store: Store,
  sources: DatasetsOfGroup,
  model: LoadedModel,
  report: (rows: number) => void,
): AsyncGenerator<ScannedUser> {
  const { INTERACTIONS, USERS } = sources
  if (!INTERACTIONS) return
  await using records = inStep(USERS ? store.records.scan(USERS.id, 'ALL') : noRecords())
  let rows = 0
  const interactions = store.interactions.scan(INTERACTIONS.id, 'ALL')
  for await (const { id, isUser, count, events, ...rest } of byUser(interactions, model)) {
    if (Math.floor((rows + count) / REPORT_ROWS) > Math.floor(rows / REPORT_ROWS)) report?.(rows)
    rows += count
    if (!isUser) continue
    const newest = events.slice(-HISTORY_MAX).reverse()
    const { user, record } = knownOf(sources, model, id, historyOf(newest), await records.of(id))
    yield { id, user, record, ...rest }
  }
}

/** Looks records up that are asked for in the order of their ids, which is that of their UTF-8 bytes. */
function inStep(scan: AsyncIterable<StoredRecord>) {
  const records = scan[Symbol.asyncIterator]()
  let next = records.next()
  return {
    async of(id: string): Promise<StoredRecord | undefined> {
      const bytes = Buffer.from(id)
      for (;;) {
        const { done, value } = await next
        const order = done ? 1 : Buffer.compare(Buffer.from(value.id), bytes)
        if (order >= 0) return order === 0 ? value : undefined
        next = records.next()
      }
    },
    async [Symbol.asyncDispose]() {
      await records.return?.()
    },
  }
}

async function* noRecords(): AsyncGenerator<StoredRecord> {}

interface Group {
  readonly id: string
  /** Whether anything but an anonymous session did this. */
  isUser: boolean
  count: number
  activity: number
  /** Those that the model looks at, the newest last; of many, the newest. */
  events: FoundInteraction[]
  readonly eventTypes: Set<string>
}

async function* byUser(interactions: AsyncIterable<FoundInteraction>, model: LoadedModel): AsyncGenerator<Group> {
  let group: Group | undefined
  for await (const event of interactions) {
    if (group?.id !== event.userId) {
      if (group) yield group
      group = { id: event.userId, isUser: false, count: 0, activity: 0, events: [], eventTypes: new Set() }
    }
    group.isUser ||= !event.anonymous || event.sessionId !== event.userId
    group.count++
    group.eventTypes.add(event.eventType)
    if (model.weigh(event) === 0) continue
    group.activity++
    group.events.push(event)
    if (group.events.length === EVENTS_MAX) group.events = group.events.slice(-HISTORY_MAX)
  }
  if (group) yield group
}

/** A robot may have millions. */
const EVENTS_MAX = 20_000
