import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { text } from 'node:stream/consumers'
import { awsRegion } from '../../config/environment.ts'
import { callerAccount } from '../client.ts'
import { type Declaration, declarationOf } from './declaration.ts'
import type { Tree } from './faults.ts'
import type { Given } from './parameters.ts'
import { readTemplate } from './read.ts'
import { openCalls } from './retry.ts'
import { type CallByName, openThere } from './there.ts'
import { resourceTypes } from './types.ts'

/** Options of all commands that read a template. */
export interface TemplateOptions {
  readonly endpoint: string
  readonly parameters?: Given
  readonly accountId?: string
  readonly json?: boolean
}

/**
 * Reads a template from a file, or from standard input for `-`. Returns what it declares, and a client of the server.
 * @throws Error for a file that cannot be read, and for faults of the template
 */
export async function openTemplate(
  path: string,
  { endpoint, parameters = {}, accountId }: TemplateOptions,
): Promise<{ readonly declaration: Declaration; readonly call: CallByName }> {
  const template = readTemplate(await read(path))
  const call = openCalls(endpoint)
  const usesAccount = /AWS::(AccountId|StackId)/.test(JSON.stringify(template))
  const target = {
    region: awsRegion(),
    accountId: accountId ?? (usesAccount ? await accountOf(call, endpoint) : LOCAL_ACCOUNT),
    stackName: path === '-' ? 'template' : basename(path).replace(/(\.template)?\.[^.]*$/, ''),
  }
  return { declaration: declarationOf(template, parameters, target), call }
}

async function read(path: string): Promise<string> {
  if (path === '-') return text(process.stdin)
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    throw new Error(`${path} cannot be read: ${(error as Error).message}`)
  }
}

/** The account of a server that was told none; such a server takes ARNs of any account for its own. */
const LOCAL_ACCOUNT = '000000000000'

/**
 * Returns the account of the key, or else the one that resources there have in their ARNs.
 * @throws Error where neither AWS's service nor a resource there tells it
 */
async function accountOf(call: CallByName, endpoint: string): Promise<string> {
  const caller = await callerAccount(endpoint)
  if (caller) return caller
  const there = openThere(call)
  for (const noun of ['DatasetGroup', 'Schema']) {
    const type = resourceTypes[noun]!
    const [first] = await there.list(type)
    const account = first && accountIn(first, type.arn)
    if (account) return account
  }
  if (!new URL(endpoint).hostname.endsWith('.amazonaws.com')) return LOCAL_ACCOUNT
  throw new Error('the template uses AWS::AccountId, and nothing there tells the account: add --account-id')
}

function accountIn(summary: Tree, member: string): string | undefined {
  return /^arn:[^:]*:[^:]*:[^:]*:(\d{12}):/.exec(String(summary[member]))?.[1]
}
