import { readFileSync } from 'node:fs'
import { parseUnambiguous } from '../contract/repeated-member.ts'
import { openInspection } from './client.ts'
import { printJson, printTable } from './print.ts'

const PATH = '/inspect/keys'

export interface KeyOptions {
  readonly endpoint: string
  readonly json?: boolean
  /** The name of a prepared policy, or the path of a JSON file. */
  readonly policy?: string
  readonly datasetGroup?: string
  readonly expires?: string
}

/** A key as `GET /inspect/keys` returns it; one that is new has its secret. */
interface ShownKey {
  readonly accessKeyId: string
  readonly name: string
  readonly policy: object
  readonly secretAccessKey?: string
}

/** Prints the keys of the store. */
export async function listKeys({ endpoint, json }: KeyOptions): Promise<void> {
  const answer = await openInspection(endpoint)<{ keys: readonly ShownKey[] }>('GET', PATH)
  if (json) return printJson(answer)
  printTable(['name', 'accessKeyId', 'status', 'createdAt', 'expiresAt', 'lastUsedAt'], answer.keys as never, {
    isWhole: true,
  })
}

/** Makes a key, and prints its id and its secret. */
export async function createKey(name: string, options: KeyOptions): Promise<void> {
  const { policy, datasetGroup, expires: expiresAt } = options
  if (policy === undefined) throw new Error('--policy must be the name of a prepared policy, or a JSON file')
  const body = { name, policy: readPolicyOption(policy), datasetGroup, expiresAt }
  printNew(await openInspection(options.endpoint)('POST', PATH, { body }), options)
}

/** Gives a key a new secret, and prints it. */
export async function rotateKey(key: string, options: KeyOptions): Promise<void> {
  printNew(await change(key, options, { rotate: true }), options)
}

/** Ends the use of a key, or allows it again. */
export async function setKeyStatus(key: string, status: 'ACTIVE' | 'DISABLED', options: KeyOptions): Promise<void> {
  await change(key, options, { status })
}

/** Prints the policy of a key, or sets it. */
export async function keyPolicy(key: string, policy: string | undefined, options: KeyOptions): Promise<void> {
  if (policy === undefined) return printJson((await find(key, options)).policy)
  const { datasetGroup } = options
  await change(key, options, { policy: readPolicyOption(policy), datasetGroup })
}

/** Deletes a key. */
export async function deleteKey(key: string, options: KeyOptions): Promise<void> {
  const { accessKeyId } = await find(key, options)
  await openInspection(options.endpoint)('DELETE', PATH, { query: { accessKeyId } })
}

/** Returns a policy: the name of a prepared one, or the document of a file. @throws Error that names the file */
export function readPolicyOption(policy: string): string | object {
  if (!/[./]/.test(policy)) return policy
  try {
    return parseUnambiguous(readFileSync(policy, 'utf8')) as object
  } catch (error) {
    throw new Error(`the policy ${policy} cannot be read: ${(error as Error).message}`)
  }
}

async function change(key: string, options: KeyOptions, more: object): Promise<ShownKey> {
  const { accessKeyId } = await find(key, options)
  return openInspection(options.endpoint)<ShownKey>('PUT', PATH, { body: { accessKeyId, ...more } })
}

/** @param key its name or its id */
async function find(key: string, { endpoint }: KeyOptions): Promise<ShownKey> {
  const { keys } = await openInspection(endpoint)<{ keys: readonly ShownKey[] }>('GET', PATH)
  const found = keys.find(({ accessKeyId, name }) => key === accessKeyId || key === name)
  if (found) return found
  throw new Error(`there is no key ${key} in the store; keys list shows those that are there`)
}

function printNew(key: ShownKey, { json }: KeyOptions): void {
  if (json) printJson(key)
  else console.log(`AWS_ACCESS_KEY_ID=${key.accessKeyId}\nAWS_SECRET_ACCESS_KEY=${key.secretAccessKey}`)
  console.error('The secret is not shown again.')
}
