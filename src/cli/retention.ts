import { A_KEEPING, keepingOf } from '../config/duration.ts'
import type { ShownRetention } from '../inspect/retention.ts'
import { asks } from './ask.ts'
import { openClient, openInspection } from './client.ts'
import { printJson, printTable } from './print.ts'
import { findGroup } from './read.ts'

interface Options {
  readonly endpoint: string
  readonly datasetGroup?: string
  /** Whether nobody is to be asked. */
  readonly yes?: boolean
  readonly json?: boolean
}

interface Answer {
  readonly usual: string
  readonly retention: readonly ShownRetention[]
}

const PATH = '/inspect/retention'

/** Prints for how long each dataset group keeps its interactions. */
export async function listRetention(options: Options): Promise<void> {
  const answer = await openClient(options.endpoint)<Answer>(PATH)
  if (options.json) return printJson(answer)
  const rows = answer.retention.map(({ name, keepEvents, setBy }) => ({ name, keepEvents, setBy }))
  printTable(['name', 'keepEvents', 'setBy'], rows)
}

/** Sets the age at which the interactions of a dataset group are deleted. @throws Error with the right value */
export async function setRetention(age: string, options: Options): Promise<void> {
  if (keepingOf(age) === undefined) throw new Error(`the age must be ${A_KEEPING}, got ${age}`)
  await change(() => age, 'PUT', options)
}

/** Takes the setting of a dataset group away, so that the server's is in force. */
export async function unsetRetention(options: Options): Promise<void> {
  await change(({ usual }) => usual, 'DELETE', options)
}

/** @param next returns for how long they are kept after the change */
async function change(next: (answer: Answer) => string, method: 'PUT' | 'DELETE', options: Options): Promise<void> {
  const get = openClient(options.endpoint)
  const { name, datasetGroupArn } = await findGroup(get, options)
  const answer = await get<Answer>(PATH, { datasetGroupArn })
  const keepEvents = next(answer)
  if (!(await isAgreed(answer.retention[0]!, keepEvents, options))) return
  const send = openInspection(options.endpoint)
  const asked = method === 'PUT' ? { body: { datasetGroupArn, keepEvents } } : { query: { datasetGroupArn } }
  const shown = await send<ShownRetention>(method, PATH, asked)
  if (options.json) return printJson(shown)
  console.log(`${name} keeps interactions ${told(shown.keepEvents)}, set by the ${told(shown.setBy)}`)
}

/**
 * Deleted events do not come back, so it asks first where less is kept than before.
 * @throws Error without --yes where nobody can be asked
 */
async function isAgreed(
  { name, keepEvents: before }: ShownRetention,
  keepEvents: string,
  { yes }: Options,
): Promise<boolean> {
  if (yes || keepingOf(keepEvents)! >= keepingOf(before)!) return true
  const deleted = `the interactions of ${name} that are older than ${keepEvents} are deleted for good`
  if (!process.stdin.isTTY) throw new Error(`${deleted}; add --yes if that is meant`)
  return asks(`From now on ${deleted}. Set it?`)
}

function told(word: string): string {
  return word === 'dataset-group' ? 'dataset group' : word === 'forever' || word === 'server' ? word : `for ${word}`
}
