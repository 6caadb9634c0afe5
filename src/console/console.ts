import { existsSync, readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { extname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import type { Config } from '../config/config.ts'
import type { PathHandler } from '../wire/aws/by-path.ts'
import type { Reply } from '../wire/aws/reply.ts'
import type { Head } from '../wire/aws/request.ts'

/** Where the console is. Its pages are behind the `#`: `/console/#/home`. */
export const CONSOLE_PATH = '/console/'

/** The folder that `npm run build:console` writes, beside `src/` in a clone and beside `dist/` in the package. */
const BUILT = fileURLToPath(new URL('../../console/dist/', import.meta.url))
const INDEX = 'index.html'
/** The build writes a hash of the content into the names of these files, so that a browser never asks for one again. */
const HASHED = 'assets/'

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
}

/** The forms of a file, the smallest first. The build leaves small files as they are, and others compressed alone. */
const FORMS = [
  { encoding: 'br', ending: '.br' },
  { encoding: 'gzip', ending: '.gz' },
  { encoding: undefined, ending: '' },
] as const
type Form = (typeof FORMS)[number]

const unpack = promisify(gunzip)

/**
 * Scripts and styles come from this server alone, and none stands in the page. Pages ask this server alone. Pictures
 * may come from elsewhere, since items name their own.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data: https:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const SECURITY = [
  ...['content-security-policy', POLICY],
  ...['x-content-type-options', 'nosniff'],
  ...['referrer-policy', 'no-referrer'],
  ...['cross-origin-opener-policy', 'same-origin'],
  ...['permissions-policy', 'camera=(), geolocation=(), microphone=()'],
]

/** Whether the console's files are there. */
export function isConsoleBuilt(): boolean {
  return existsSync(BUILT + INDEX)
}

/**
 * Returns the handlers of the console's files, for `GET` and `HEAD`; none where it is off or not built. The files are
 * public: they have no data, and each request of the console is signed as every other.
 */
export function consoleHandlers(
  { console }: Pick<Config, 'console'>,
  built = BUILT,
): readonly (readonly [path: string, PathHandler])[] {
  const files = new Set(filesIn(built))
  if (console === 'off' || !files.has(INDEX)) return []
  const forReading = (reply: PathHandler): PathHandler => {
    return head => (head.method === 'GET' || head.method === 'HEAD' ? reply(head) : undefined)
  }
  const read = (name: string) => forReading(head => fileReply(built, name, formFor(head, name, files)))
  const all = new Set([...files].map(file => file.replace(/\.(br|gz)$/, '')))
  const names = [...all].filter(name => extname(name) in CONTENT_TYPES)
  return [
    ...names.map(name => [CONSOLE_PATH + name, read(name)] as const),
    [CONSOLE_PATH, read(INDEX)],
    [CONSOLE_PATH.slice(0, -1), forReading(() => moved(308))],
    ['/', forReading(head => (isOfBrowser(head) ? moved(307) : undefined))],
  ]
}

function filesIn(directory: string): readonly string[] {
  try {
    const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile())
    return files.map(({ parentPath, name }) => relative(directory, join(parentPath, name)).replaceAll('\\', '/'))
  } catch {
    return []
  }
}

/** The smallest form of a file that the client reads; undefined where it reads none that is there. */
function formFor({ headers }: Head, name: string, files: ReadonlySet<string>): Form | undefined {
  const given = String(headers['accept-encoding'] ?? '').split(',')
  const accepted = given.filter(one => !/;\s*q=0(\.0*)?\s*$/.test(one)).map(one => one.split(';')[0]!.trim())
  const isRead = ({ encoding }: Form) => encoding === undefined || accepted.includes(encoding)
  return FORMS.find(form => files.has(name + form.ending) && isRead(form))
}

async function fileReply(built: string, name: string, form: Form | undefined): Promise<Reply> {
  const body = form ? await readFile(built + name + form.ending) : await unpack(await readFile(`${built}${name}.gz`))
  const headers = [
    ...['content-type', CONTENT_TYPES[extname(name)]!],
    ...['content-length', String(body.length)],
    ...['vary', 'accept-encoding'],
    ...['cache-control', name.startsWith(HASHED) ? 'public, max-age=31536000, immutable' : 'no-cache'],
    ...(form?.encoding ? ['content-encoding', form.encoding] : []),
    ...SECURITY,
  ]
  return { status: 200, headers, body }
}

/** Whether a person opened the address of the server, which it prints. Requests for STS have a query there. */
function isOfBrowser({ url, headers }: Head): boolean {
  return url === '/' && /\btext\/html\b/.test(String(headers.accept))
}

function moved(status: 307 | 308): Reply {
  return { status, headers: ['location', CONSOLE_PATH, 'content-length', '0'], body: '' }
}
