import { LOCAL_KEY } from '../config.ts'
import { fromJson } from '../inspect/json.ts'
import { sign } from '../wire/sigv4.ts'

/** Asks a running server. @throws Error in a line that its user understands */
export type Get = <Answer>(path: string, query?: Readonly<Record<string, string | undefined>>) => Promise<Answer>

/** Signs with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or else the key that a server on loopback takes. */
export function openClient(endpoint: string): Get {
  if (!URL.canParse(endpoint))
    throw new Error(`--endpoint must be a URL such as http://127.0.0.1:8000, not ${endpoint}`)
  return async (path, query = {}) => {
    const url = new URL(path, endpoint)
    for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, value)
    const response = await fetch(url, { headers: signed(url) }).catch(() => {
      throw new Error(`no server answers at ${endpoint}; start one with personalite serve, or name it with --endpoint`)
    })
    const text = await response.text()
    if (response.ok) return fromJson(text) as never
    throw new Error(messageIn(text) ?? `${endpoint} answers ${response.status}, not as a personalite server does`)
  }
}

function signed(url: URL): Record<string, string> {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_REGION = 'us-east-1' } = process.env
  const own = AWS_ACCESS_KEY_ID && AWS_SECRET_ACCESS_KEY
  const key = own ? { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY } : LOCAL_KEY
  const token = own && AWS_SESSION_TOKEN ? { sessionToken: AWS_SESSION_TOKEN } : {}
  const request = {
    method: 'GET',
    url: `${url.pathname}${url.search}`,
    headers: { host: url.host },
    body: Buffer.alloc(0),
  }
  const { host: _, ...headers } = sign(request, { ...key, ...token }, { region: AWS_REGION, now: new Date() })
  return headers
}

function messageIn(body: string): string | undefined {
  try {
    return (JSON.parse(body) as { message?: string }).message
  } catch {
    return undefined
  }
}
