import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from 'pg'
import { eventually } from './eventually.ts'
import type { Postgres } from './postgres.ts'

/** Settings by which PostgreSQL writes into a file how it ran each statement, those inside of functions too. */
export const EXPLAINING = {
  session_preload_libraries: 'auto_explain',
  'auto_explain.log_min_duration': '0',
  'auto_explain.log_nested_statements': 'on',
  'auto_explain.log_format': 'json',
  logging_collector: 'on',
  log_destination: 'jsonlog',
  log_directory: 'log',
  log_filename: 'plans.log',
  log_rotation_size: '0',
  log_min_messages: 'log',
}

/** A step of a plan, with those that it has its rows from. */
export interface Plan {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly Plans?: readonly Plan[]
  readonly [property: string]: unknown
}

/** A statement that was run, and how. */
interface Ran {
  readonly statement: string
  readonly plan: Plan
}

let marks = 0

/** Returns the statements run until now by a PostgreSQL that was started with `EXPLAINING`. */
export async function statementsRun({ url, dataDir }: Postgres): Promise<readonly Ran[]> {
  const mark = `mark ${++marks}`
  const client = new Client(url)
  await client.connect()
  await client.query(`SELECT '${mark}'`)
  await client.end()
  // The collector of the log takes its time.
  const whole = await eventually('the log to have the last statement', () => {
    const log = readFileSync(join(dataDir, 'log/plans.json'), 'utf8')
    return log.includes(mark) && log.endsWith('\n') && log
  })
  return whole.trim().split('\n').flatMap(toRan)
}

function toRan(line: string): readonly Ran[] {
  const { message } = JSON.parse(line) as { message: string }
  const [, json] = message.split(/plan:\n/)
  if (json === undefined) return []
  const { 'Query Text': statement, Plan: plan } = JSON.parse(json)
  return [{ statement, plan }]
}

/** Returns a plan's steps, itself first. */
export function stepsOf(plan: Plan): readonly Plan[] {
  return [plan, ...(plan.Plans ?? []).flatMap(stepsOf)]
}
