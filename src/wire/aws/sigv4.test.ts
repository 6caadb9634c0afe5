import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { canonicalRequest, sha256, sign, signature, signingKey, stringToSign } from './sigv4.ts'

// The requests of the test suite that AWS publishes, https://github.com/awslabs/aws-c-auth/tree/main/tests
const credential = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' }
const scope = { date: '20150830', region: 'us-east-1', service: 'service' }
const now = new Date('2015-08-30T12:36:00Z')
const unreserved = '-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const nonunreserved = '%20=%2F%2C%3F%3E%3C%60%22%3B%3A%5C%7C%5D%5B%7B%7D&%40%23%24%25%5E='
const formHeaders = { 'Content-Type': 'application/x-www-form-urlencoded' }
const stsToken =
  'AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUuwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA=='

type Vector = { headers?: Record<string, string>; body?: string; sessionToken?: string; signature: string }
const vectors: Record<string, Vector> = {
  'GET /': { signature: '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31' },
  'GET /example/..': { signature: '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31' },
  'GET /example1/example2/../..': { signature: '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31' },
  'GET //': { signature: '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31' },
  'GET /./': { signature: '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31' },
  'GET /./example': { signature: 'ef75d96142cf21edca26f06005da7988e4f8dc83a165a80865db7089db637ec5' },
  'GET //example//': { signature: '9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84' },
  'GET /example space/': { signature: '652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741' },
  'GET /ሴ': { signature: '8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85' },
  [`GET /${unreserved}`]: { signature: '07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f' },
  'GET /?Param1=value1': { signature: 'a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb' },
  'GET /?Param2=value2&Param1=value1': {
    signature: 'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
  },
  'GET /?Param1=value2&Param1=value1': {
    signature: '5772eed61e12b33fae39ee5e7012498b51d56abc0abb7c60486157bd471c4694',
  },
  [`GET /?${unreserved}=${unreserved}`]: {
    signature: '9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197',
  },
  'GET /?ሴ=bar': { signature: '2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04' },
  'GET / with repeated values': {
    headers: { 'My-Header1': 'value4,value1,value3,value2' },
    signature: '08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01',
  },
  'GET / with spaces to trim': {
    headers: { 'My-Header1': ' value1', 'My-Header2': ' "a   b   c"' },
    signature: 'acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736',
  },
  'POST /': { signature: '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b' },
  'POST / with a key to sort': {
    headers: { 'My-Header1': 'value1' },
    signature: 'c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c',
  },
  'POST / with an upper-case value': {
    headers: { 'My-Header1': 'VALUE1' },
    signature: 'cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d',
  },
  'POST / with a session token': {
    sessionToken: stsToken,
    signature: '85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead',
  },
  'POST /?Param1=value1': { signature: '28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11' },
  'POST /?p': { signature: 'e71688addb58a26418614085fb730ba3faa623b461c17f48f2fbdb9361b94a9b' },
  'POST / with a form': {
    headers: formHeaders,
    body: 'Param1=value1',
    signature: 'ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a',
  },
}

describe('sign', () => {
  for (const [name, vector] of Object.entries(vectors)) {
    it(`signs AWS's test request ${name}`, () => {
      const [method, url] = name.replace(/ with .*/, '').split(/ (.*)/) as [string, string]
      const headers = sign(
        // Node delivers the bytes of a request target as one character each.
        { method, url: latin1(url), headers: { Host: 'example.amazonaws.com', ...vector.headers }, body: body(vector) },
        vector.sessionToken === undefined ? credential : { ...credential, sessionToken: vector.sessionToken },
        { ...scope, now },
      )
      assert.equal(headers['x-amz-date'], '20150830T123600Z')
      assert.equal(headers['x-amz-security-token'], vector.sessionToken)
      const signedHeaders = Object.keys(headers).filter(header => header !== 'authorization')
      assert.equal(
        headers.authorization,
        'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, ' +
          `SignedHeaders=${signedHeaders.sort().join(';')}, Signature=${vector.signature}`,
      )
    })
  }

  it('signs for personalize by default', () => {
    const { authorization } = sign(request('/'), credential, { region: 'eu-west-1', now })
    assert.match(authorization!, /Credential=AKIDEXAMPLE\/20150830\/eu-west-1\/personalize\/aws4_request,/)
  })
})

describe('canonicalRequest', () => {
  it("is AWS's own, line by line", () => {
    const headers = { host: 'example.amazonaws.com', 'x-amz-date': '20150830T123600Z' }
    const canonical = canonicalRequest({ method: 'GET', url: '/', headers }, ['host', 'x-amz-date'], sha256(''))
    assert.equal(
      canonical,
      'GET\n/\n\nhost:example.amazonaws.com\nx-amz-date:20150830T123600Z\n\nhost;x-amz-date\n' +
        'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    )
    assert.equal(
      stringToSign(scope, '20150830T123600Z', canonical),
      'AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/us-east-1/service/aws4_request\n' +
        'bb579772317eb040ac9ed261061d46c1f17a8133879d6129b6e1c25292927e63',
    )
    assert.equal(
      signature(credential.secretAccessKey, scope, '20150830T123600Z', canonical),
      vectors['GET /']!.signature,
    )
  })

  const queries = {
    '': '',
    '&&': '',
    a: 'a=',
    'a=&b': 'a=&b=',
    '=v': '=v',
    'a=1=2': 'a=1%3D2',
    'b=2&a=9&a=10': 'a=10&a=9&b=2',
    'a-b=1&a=1': 'a=1&a-b=1',
    'a=%7e%2f%20': 'a=~%2F%20',
    'a=b+c': 'a=b%2Bc',
    'a=100%&b=%zz': 'a=100%25&b=%25zz',
    'a=%E1%88%B4': 'a=%E1%88%B4',
    [nonunreserved]: nonunreserved,
  }
  for (const [query, canonical] of Object.entries(queries)) {
    it(`writes the query '${query}' as '${canonical}'`, () => {
      assert.equal(line(request(`/?${query}`), 2), canonical)
    })
  }

  const paths = {
    '': '/',
    '/users': '/users',
    '/a%20b': '/a%2520b',
    '/a//b/./c/../d/': '/a/b/d/',
    '/../..': '/',
    '/a%2Fb/%zz': '/a%252Fb/%25zz',
    "/a!'()*:b": '/a%21%27%28%29%2A%3Ab',
  }
  for (const [path, canonical] of Object.entries(paths)) {
    it(`writes the path '${path}' as '${canonical}'`, () => assert.equal(line(request(path), 1), canonical))
  }

  it('trims header values, collapses their spaces and joins repeated ones', () => {
    const headers = { 'my-header1': ['value2', ' value2', 'a \t b '], 'my-header2': '  c   d ' }
    const canonical = canonicalRequest({ ...request('/'), headers }, ['my-header1', 'my-header2'], '')
    assert.deepEqual(canonical.split('\n').slice(3, 5), ['my-header1:value2,value2,a b', 'my-header2:c d'])
  })
})

describe('signingKey', () => {
  it('is the same key, remembered or derived again, and another for any other scope or secret', () => {
    const key = signingKey('secret', scope)
    assert.equal(signingKey('secret', { ...scope }), key)
    for (let day = 0; day < 100; day++) signingKey('secret', { ...scope, date: `day${day}` })
    const again = signingKey('secret', scope)
    assert.notEqual(again, key)
    assert.deepEqual(again, key)
    const others = [
      signingKey('other', scope),
      ...[{ date: '20150831' }, { region: 'eu-west-1' }, { service: 's3' }].map(other =>
        signingKey('secret', { ...scope, ...other }),
      ),
    ]
    assert.equal(new Set([key, ...others].map(({ inner }) => inner.toString('hex'))).size, 5)
  })
})

function request(url: string) {
  return { method: 'GET', url, headers: { host: 'localhost' }, body: Buffer.alloc(0) }
}

function line(request: Parameters<typeof canonicalRequest>[0], number: number): string | undefined {
  return canonicalRequest(request, ['host'], '').split('\n')[number]
}

function latin1(text: string): string {
  return Buffer.from(text).toString('latin1')
}

function body(vector: Vector): Buffer {
  return Buffer.from(vector.body ?? '')
}
