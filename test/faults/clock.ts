import { ServerResponse } from 'node:http'

/** Loaded into a process first, it moves the clock of that process by `CLOCK_OFF_MS`. */
const offMs = Number(process.env.CLOCK_OFF_MS)
const RealDate = Date

globalThis.Date = class extends RealDate {
  constructor(...given: []) {
    super(...(given.length === 0 ? ([RealDate.now() + offMs] as unknown as []) : given))
  }

  static override now(): number {
    return RealDate.now() + offMs
  }
} as DateConstructor

// Node takes the time of replies from the real clock; SDKs set theirs by it.
const { writeHead } = ServerResponse.prototype
ServerResponse.prototype.writeHead = function (this: ServerResponse, ...head: Parameters<typeof writeHead>) {
  this.setHeader('date', new Date().toUTCString())
  return writeHead.apply(this, head)
} as typeof writeHead
