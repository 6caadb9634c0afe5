import { fc } from '#test/properties.ts'
import { changeAt, type Json, pathsOf } from './samples.ts'

const nested = (depth: number, open: string, close: string) => open.repeat(depth) + close.repeat(depth)
/** JSON as text, so that it may hold things that JSON.stringify does not write. */
export const junk: fc.Arbitrary<string> = fc.oneof(
  { weight: 2, arbitrary: fc.json({ maxDepth: 3 }) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary' }).map(text => JSON.stringify(text)) },
  fc.double().map(String),
  fc.constantFrom('null', 'true', '0', '-1', '-0', '1e999', '1.5', '9007199254740993', '9'.repeat(400), '1e-400', '""'),
  fc.constantFrom(
    '"\\u0000"',
    '"\\ud800"',
    '"a\\udc00b"',
    '"__proto__"',
    '"constructor"',
    '"{}"',
    '"[]"',
    '"null"',
    '" "',
  ),
  fc.constantFrom('[]', '{}', '[null]', '[{}]', '{"__proto__":{"userId":"u"}}', '{"constructor":null}', '{"length":1}'),
  fc.constantFrom(
    JSON.stringify('x'.repeat(300_000)),
    JSON.stringify(':'.repeat(1000)),
    JSON.stringify('\u{1f642}'.repeat(300)),
  ),
  fc.constantFrom(
    `[${'{},'.repeat(10)}{}]`,
    `[${'0,'.repeat(99_999)}0]`,
    nested(100_000, '[', ']'),
    nested(5000, '{"a":[', ']}'),
  ),
  fc.constantFrom(...['[', '{"age":', '[1,'].map(open => JSON.stringify(nested(8000, open, open === '[' ? ']' : '')))),
  fc.constantFrom(JSON.stringify(`{"age":${nested(11_000, '[', ']')}}`), JSON.stringify(`{"${'a'.repeat(20_000)}":1}`)),
  fc.json({ maxDepth: 1 }).map(text => JSON.stringify(`{"age":${text}}`)),
  fc.json({ maxDepth: 1 }).map(text => JSON.stringify(`{"__proto__":${text},"constructor":{},"toString":1}`)),
)

/** Names of fields of the datasets, and words that resemble them. */
export const FIELDS = [
  'age',
  'AGE',
  'A_g_E',
  'loyaltyNumber',
  'genres',
  'price',
  'value',
  'device',
  'itemId',
  'userId',
  '__proto__',
  '',
]
/** A valid schema. */
export const SCHEMA: Json = {
  type: 'record',
  name: 'Users',
  namespace: 'com.amazonaws.personalize.schema',
  fields: [
    { name: 'USER_ID', type: 'string' },
    { name: 'AGE', type: ['null', 'int'] },
    { name: 'GENDER', type: ['string', 'null'], categorical: true },
  ],
  version: '1.0',
}

/** Stands for a junk text until the JSON is written. */
const mark = (index: number) => `\u0001junk${index}\u0001`

interface Change {
  readonly at: number
  readonly how: 'replace' | 'remove' | 'add' | 'repeat'
  readonly key: string
  readonly junk: string
}

/** A change to any JSON value. */
export const change: fc.Arbitrary<Change> = fc.record({
  at: fc.nat(),
  how: fc.constantFrom('replace', 'replace', 'replace', 'remove', 'add', 'repeat'),
  key: fc.oneof(fc.constantFrom('__proto__', 'constructor', 'toString', 'userId', 'datasetArn', ''), fc.string()),
  junk,
})

/** A body: the operation's sample, with the changes made to it, as text. */
export function mutate(input: Json, changes: readonly Change[]): string {
  let value = input
  for (const [index, { at, how, key }] of changes.entries()) {
    const paths = pathsOf(value)
    value = changeAt(value, paths[at % paths.length]!, part => {
      if (how === 'remove') return null
      if (how === 'repeat' && Array.isArray(part)) return Array.from({ length: (at % 12) + 1 }, () => part).flat()
      if (how === 'add' && part && typeof part === 'object' && !Array.isArray(part)) {
        return Object.fromEntries([...Object.entries(part), [key, mark(index)]])
      }
      return mark(index)
    })
  }
  const text = JSON.stringify(value)
  return changes.reduce((text, { junk }, index) => text.replaceAll(JSON.stringify(mark(index)), () => junk), text)
}

/** A method or the name of a header. */
export const token = fc.stringMatching(/^[A-Za-z!#$%&'*+.^_`|~-]{1,12}$/)
export const headerValue = fc.oneof(fc.stringMatching(/^[!-~]{1,40}$/), fc.stringMatching(/^[\x21-\xff]{1,20}$/))
export const ODD_HEADERS = [
  ...[
    'accept-encoding',
    'content-encoding',
    'content-type',
    'cookie',
    'date',
    'expect',
    'host',
    'origin',
    'te',
    'trailer',
  ],
  ...[
    '__proto__',
    'upgrade',
    'x-amz-content-sha256',
    'x-amz-security-token',
    'x-forwarded-for',
    'x-http-method-override',
  ],
]
/** Bytes that are not JSON, not UTF-8, or JSON with a repeated key. */
export const junkBytes = fc.constantFrom(
  ...[
    '\0',
    '\ufeff',
    '\u2028',
    ',',
    '{',
    '}',
    '"',
    '\\',
    '\\u0000',
    '\\ud800',
    '"users":[],',
    '"users":[{"userId":"b"}],',
  ].map(text => Buffer.from(text)),
  Buffer.from([0xed, 0xa0, 0x80]),
  Buffer.from([0xc0, 0x80]),
  Buffer.from([0xff]),
  Buffer.from([0xf0, 0x9f]),
)
/** The parts of requests. */
export const RAW_PIECES = [
  ...['GET ', 'POST ', '/users ', '/ ', 'HTTP/1.1\r\n', 'HTTP/1.0\r\n', 'HTTP/2.0\r\n', '\r\n', '\r\n\r\n', '\0', ' '],
  ...[
    'host: a\r\n',
    'content-length: 5\r\n',
    'content-length: -1\r\n',
    'transfer-encoding: chunked\r\n',
    '5\r\nabcde\r\n',
    '0\r\n\r\n',
  ],
  ...[
    'connection: upgrade\r\nupgrade: h2c\r\n',
    'expect: 100-continue\r\n',
    'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    '\x16\x03\x01\x02',
  ],
  ...[
    'POST /users HTTP/1.1\r\nhost: a\r\n',
    'authorization: AWS4-HMAC-SHA256 \r\n',
    'transfer-encoding: identity, chunked\r\n',
  ],
]
