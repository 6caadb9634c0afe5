import { pino } from 'pino'

export type Log = Pick<ReturnType<typeof pino>, 'debug' | 'info' | 'warn' | 'error'>
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

/** So much may wait for whoever reads the log, in bytes; more is dropped, lest the memory fill. */
const WAITING_MAX = 16 * 1024 * 1024

/**
 * Lines of JSON on standard error. What may be logged: operation names, error codes, ARNs, counts, durations, and the
 * name of a property that is no field of its schema. Never a message made for a client as it is (it may quote a value),
 * the value of a property, a user's id or a secret.
 */
export function openLog(level: LogLevel): Log {
  return pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ fd: 2, sync: false, maxLength: WAITING_MAX }),
  )
}

/**
 * A message for a client as it may be logged: up to the first value that it could quote, which comes in quotes or after
 * "got".
 */
export function withoutValues(message: string): string {
  return message.replace(/(\bgot\b|["'`]).*/s, '…')
}

/**
 * What may be logged of a fault: what and where, never its message, which may quote a row in as many lines as that has.
 */
export function faultOf(error: unknown): Readonly<{ fault: string; reason?: string; code?: string; where?: string }> {
  if (!(error instanceof Error)) return { fault: typeof error }
  const { name, message, stack = '', code } = error as NodeJS.ErrnoException
  // What clients send is read with care: what is not JSON is a row.
  const reason = error instanceof SyntaxError ? 'what is stored cannot be read: restore a backup' : undefined
  const frames = stack
    .replace(message, '')
    .split('\n')
    .filter(line => /^ {4}at /.test(line))
  return { fault: name, ...(reason && { reason }), ...(code && { code }), where: frames.slice(0, 5).join('\n') }
}
