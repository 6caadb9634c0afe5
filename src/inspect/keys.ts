import type { KeyChange } from '../access/manage-keys.ts'
import { timeOf } from '../config/time.ts'
import { InvalidInputException } from '../contract/errors.ts'
import { Members } from './members.ts'
import type { Route, Routes } from './route.ts'

const STATUSES = ['ACTIVE', 'DISABLED'] as const

/** Shows the keys of the store, without their secrets. */
const listKeys: Route = async ({ access }) => ({ keys: await access.keys.list() })

/** Makes a key, and shows its secret, once. */
const createKey: Route = async ({ access }, _parameters, body) => {
  const members = new Members(body, ['name', 'policy', 'datasetGroup', 'expiresAt'])
  return access.keys.create({
    name: required(members, 'name'),
    policy: policyIn(body) ?? missing('policy'),
    datasetGroup: members.text('datasetGroup'),
    expiresAt: timeIn(members),
  })
}

/** Changes a key's status, policy, expiry or secret. */
const changeKey: Route = async ({ access }, _parameters, body) => {
  const members = new Members(body, ['accessKeyId', 'status', 'policy', 'datasetGroup', 'expiresAt', 'rotate'])
  const rotate = (body as { rotate?: unknown }).rotate ?? false
  if (typeof rotate !== 'boolean') throw new InvalidInputException('rotate must be true or false')
  return access.keys.change(required(members, 'accessKeyId'), {
    status: members.oneOf('status', STATUSES) as KeyChange['status'],
    policy: policyIn(body),
    datasetGroup: members.text('datasetGroup'),
    expiresAt: timeIn(members),
    rotate,
  })
}

/** Deletes a key. */
const deleteKey: Route = async ({ access }, parameters) => {
  await access.keys.remove(parameters.required('accessKeyId'))
  return {}
}

/** The routes of `/inspect/keys`. */
export const keys: Routes = { GET: listKeys, POST: createKey, PUT: changeKey, DELETE: deleteKey }

/** The policy of a body: a document, or the name of a prepared one. */
export function policyIn(body: unknown): unknown {
  return (body as { policy?: unknown }).policy ?? undefined
}

/** A text that must be there. @throws InvalidInputException */
export function required(members: Members, name: string): string {
  return members.text(name) ?? missing(name)
}

/** @throws InvalidInputException that asks for a member */
export function missing(name: string): never {
  throw new InvalidInputException(`${name} must be given`)
}

/** @returns milliseconds since 1970 */
function timeIn(members: Members): number | undefined {
  const text = members.text('expiresAt')
  if (text === undefined) return undefined
  const time = timeOf(text)
  if (time !== undefined && time > Date.now()) return time
  throw new InvalidInputException('expiresAt must be a time to come, such as 2030-01-31T00:00:00Z')
}
