import { pino } from 'pino'
import { standardError } from './log-output.ts'

export type Log = Pick<ReturnType<typeof pino>, 'debug' | 'info' | 'warn' | 'error'>
const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

/**
 * Opens a log of JSON lines on standard error. A line may have operation names, error codes, ARNs, counts, durations,
 * and the name of a property that is no field of its schema. It never has the value of a property, a user's id, a
 * secret, or a client's whole message, which may quote a value.
 */
export function openLog(level: LogLevel): Log {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, standardError())
}

/**
 * Returns the part of a client's message that may be logged: up to the first value that it may quote. Values are in
 * quotes or after "got".
 */
export function withoutValues(message: string): string {
  return message.replace(/(\bgot\b|["'`]).*/s, '…')
}

/**
 * Returns the part of a fault that may be logged: its kind and its place. It leaves out the message, which may quote a
 * row, also over several lines.
 */
export function faultOf(error: unknown): Readonly<{ fault: string; reason?: string; code?: string; where?: string }> {
  if (!(error instanceof Error)) return { fault: typeof error }
  const { name, message, stack = '', code } = error as NodeJS.ErrnoException
  // Faults in the JSON of clients have errors of their own, so this text is a stored row.
  const reason = error instanceof SyntaxError ? 'what is stored cannot be read: restore a backup' : undefined
  const frames = stack
    .replace(message, '')
    .split('\n')
    .filter(line => /^ {4}at /.test(line))
  return { fault: name, ...(reason && { reason }), ...(code && { code }), where: frames.slice(0, 5).join('\n') }
}
