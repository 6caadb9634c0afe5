import { openInspection } from './client.ts'
import { printJson, printTable, type TableRow } from './print.ts'

interface Options {
  readonly endpoint: string
  readonly json?: boolean
}

interface FaultOptions extends Options {
  readonly operation?: string
  readonly error?: string
  readonly latency?: string
  readonly rate?: string
  readonly count?: string
}

const COLUMNS = ['operation', 'error', 'latencyMs', 'rate', 'count', 'met']

/** Prints the faults that are ordered, each with the number of requests that have met it. */
export function listFaults(options: Options): Promise<void> {
  return send('GET', options)
}

/** Orders a fault in place of all before. @throws Error with the server's message */
export function setFault({ operation, error, latency, rate, count, ...options }: FaultOptions): Promise<void> {
  const fault = { operation, error, latencyMs: numberOf(latency), rate: numberOf(rate), count: numberOf(count) }
  return send('PUT', options, { faults: [fault] })
}

/** Removes all. */
export function clearFaults(options: Options): Promise<void> {
  return send('DELETE', options)
}

/** A text that is no number, such as a blank, goes to the server as it is, which says so. */
function numberOf(text: string | undefined): number | string | undefined {
  return text !== undefined && /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text
}

async function send(method: string, { endpoint, json }: Options, body?: object): Promise<void> {
  const answer = await openInspection(endpoint)<{ faults: readonly TableRow[] }>(method, '/inspect/faults', { body })
  if (json) printJson(answer)
  else printTable(COLUMNS, answer.faults)
}
