import type { IncomingMessage } from 'node:http'

const NONE: readonly string[] = []
const HEADER_NAMES = /^[\w!#$%&'*+.^`|~, -]{1,2000}$/

/**
 * What a reply needs besides for a page of an allowed origin to read it (Amplify sends PutEvents from the browser).
 * Nothing for any other origin.
 */
export function corsHeaders(origins: readonly string[], origin: string | undefined): readonly string[] {
  if (!origin || !isAllowed(origins, origin)) return NONE
  const exposed = 'x-amzn-requestid, x-amzn-errortype, date'
  return [...allowOrigin(origin), 'access-control-expose-headers', exposed]
}

/** The reply to a browser that asks for a page of an allowed origin whether it may call, or undefined. */
export function preflightHeaders(
  origins: readonly string[],
  { method, headers }: IncomingMessage,
): string[] | undefined {
  if (method !== 'OPTIONS' || !headers['access-control-request-method']) return undefined
  const { origin, 'access-control-request-headers': asked = '' } = headers
  if (!origin || !isAllowed(origins, origin)) return undefined
  // Whichever it asks for, `authorization` among them, which `*` does not stand for.
  const allowed = HEADER_NAMES.test(asked) ? ['access-control-allow-headers', asked] : []
  const methods = ['access-control-allow-methods', 'GET, POST']
  return [...allowOrigin(origin), ...methods, ...allowed, 'access-control-max-age', '86400']
}

function isAllowed(origins: readonly string[], origin: string): boolean {
  return origins.includes(origin) || origins.includes('*')
}

function allowOrigin(origin: string): string[] {
  return ['access-control-allow-origin', origin, 'vary', 'origin']
}
