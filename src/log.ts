import { pino } from 'pino'

export type Log = Pick<ReturnType<typeof pino>, 'debug' | 'info' | 'warn' | 'error'>
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

/** At most this much of the log waits for its reader, in bytes; more is dropped, so that memory does not fill. */
const WAITING_MAX = 16 * 1024 * 1024

/**
 * Lines of JSON on standard error. A line may have operation names, error codes, ARNs, counts, durations, and the name
 * of a property that is no field of its schema. It never has a client's message as it is (that may quote a value), the
 * value of a property, a user's id or a secret.
 */
export function openLog(level: LogLevel): Log {
  return pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ fd: 2, sync: false, maxLength: WAITING_MAX }),
  )
}

/**
 * A client's message as it may be logged: up to the first value that it could quote. Values come in quotes or after
 * "got".
 */
export function withoutValues(message: string): string {
  return message.replace(/(\bgot\b|["'`]).*/s, '…')
}

/**
 * The part of a fault that may be logged: its kind and its place. Never its message, which may quote a row in as many
 * lines as that has.
 */
export function faultOf(error: unknown): Readonly<{ fault: string; reason?: string; code?: string; where?: string }> {
  if (!(error instanceof Error)) return { fault: typeof error }
  const { name, message, stack = '', code } = error as NodeJS.ErrnoException
  // The input of clients is read with care, so a text that is not JSON is a stored row.
  const reason = error instanceof SyntaxError ? 'what is stored cannot be read: restore a backup' : undefined
  const frames = stack
    .replace(message, '')
    .split('\n')
    .filter(line => /^ {4}at /.test(line))
  return { fault: name, ...(reason && { reason }), ...(code && { code }), where: frames.slice(0, 5).join('\n') }
}
