import { PutActionsCommand, PutItemsCommand, PutUsersCommand } from '@aws-sdk/client-personalize-events'
import type { Api } from '../session/api.ts'
import type { Call } from './same-elsewhere.ts'

/** The types of dataset whose rows have an id, and are replaced whole. */
export type RecordType = 'USERS' | 'ITEMS' | 'ACTIONS'

/** A user, an item or an action as it is put. */
interface PutRecord {
  readonly id: string
  /** JSON; undefined where there are none. */
  readonly properties: string | undefined
}

const NOUNS = { USERS: 'user', ITEMS: 'item', ACTIONS: 'action' } as const

/** Whether rows of a type of dataset are users, items or actions. */
export function isRecordType(type: string | undefined): type is RecordType {
  return type !== undefined && Object.hasOwn(NOUNS, type)
}

/** The call that puts records: ten at most. */
export function putCall(type: RecordType, datasetArn: string, records: readonly PutRecord[]): Call {
  const noun = NOUNS[type]
  const list = records.map(({ id, properties }) => ({ [`${noun}Id`]: id, ...(properties && { properties }) }))
  const operation = `Put${type[0]}${type.slice(1).toLowerCase()}`
  return { service: 'personalize-events', operation, input: { datasetArn, [`${noun}s`]: list } }
}

/** Puts records: ten at most. */
export async function putRecords(
  { events }: Api,
  type: RecordType,
  datasetArn: string,
  records: readonly PutRecord[],
): Promise<void> {
  const input = putCall(type, datasetArn, records).input as never
  if (type === 'USERS') await events.send(new PutUsersCommand(input))
  else if (type === 'ITEMS') await events.send(new PutItemsCommand(input))
  else await events.send(new PutActionsCommand(input))
}
