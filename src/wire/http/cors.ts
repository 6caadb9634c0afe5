import type { IncomingMessage } from 'node:http'

const NONE: readonly string[] = []
const HEADER_NAMES = /^[\w!#$%&'*+.^`|~, -]{1,2000}$/

/**
 * The headers that let a page of an allowed origin read a reply (Amplify sends PutEvents from the browser). Empty for
 * any other origin.
 */
export function corsHeaders(origins: readonly string[], origin: string | undefined): readonly string[] {
  if (!origin || !isAllowed(origins, origin)) return NONE
  const exposed = 'x-amzn-requestid, x-amzn-errortype, date'
  return [...allowOrigin(origin), 'access-control-expose-headers', exposed]
}

/** The headers of the reply to a preflight request from an allowed origin. Undefined for any other request. */
export function preflightHeaders(
  origins: readonly string[],
  { method, headers }: IncomingMessage,
): string[] | undefined {
  if (method !== 'OPTIONS' || !headers['access-control-request-method']) return undefined
  const { origin, 'access-control-request-headers': asked = '' } = headers
  if (!origin || !isAllowed(origins, origin)) return undefined
  // All the headers that the browser asks for are allowed by name, because `*` does not cover `authorization`.
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
