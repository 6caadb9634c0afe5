import { openInspection } from './client.ts'
import { printJson } from './print.ts'

interface Options {
  readonly endpoint: string
  readonly json?: boolean
}

interface Shown {
  readonly time: string
  readonly stopped: boolean
}

/** Prints the time of a running server. */
export async function showClock(options: Options): Promise<void> {
  await send('GET', options)
}

/** Stops the clock of a running server, and prints its time. @throws Error with the server's message */
export async function setClock(body: object, options: Options): Promise<void> {
  await send('POST', options, body)
}

/** Stops the clock this many seconds after its present time, and prints its time. @throws Error with the right value */
export async function advanceClock(seconds: string, options: Options): Promise<void> {
  if (/^-\d/.test(seconds))
    throw new Error(`seconds must be 0 or more, such as 3600, got ${seconds}: clock set moves it back`)
  if (!/^\d+(\.\d+)?$/.test(seconds)) throw new Error(`seconds must be a number such as 3600, got ${seconds}`)
  await setClock({ advanceSeconds: Number(seconds) }, options)
}

/** Lets the clock go with the machine again, and prints its time. */
export async function releaseClock(options: Options): Promise<void> {
  await send('DELETE', options)
}

async function send(method: string, { endpoint, json }: Options, body?: object): Promise<void> {
  const shown = await openInspection(endpoint)<Shown>(method, '/inspect/clock', { body })
  if (json) printJson(shown)
  else console.log(shown.stopped ? `${shown.time}, stopped` : shown.time)
}
