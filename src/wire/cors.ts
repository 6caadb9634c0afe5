import type { IncomingHttpHeaders } from 'node:http'

/**
 * The headers that let a page of an allowed origin call the API and read its replies (Amplify sends PutEvents from the
 * browser). None for any other origin.
 */
export function corsHeaders(origins: readonly string[], headers: IncomingHttpHeaders): string[] {
  const { origin } = headers
  if (!origin || !(origins.includes('*') || origins.includes(origin))) return []
  return [
    'access-control-allow-origin',
    origin,
    'vary',
    'origin',
    'access-control-allow-methods',
    'GET, POST, OPTIONS',
    'access-control-allow-headers',
    headers['access-control-request-headers'] ?? '*',
    'access-control-expose-headers',
    'x-amzn-requestid, x-amzn-errortype, date',
    'access-control-max-age',
    '86400',
  ]
}
