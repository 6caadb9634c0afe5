import { execFile } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** Makes a certificate for localhost that signs itself, and its key, in a folder that may be new. */
export async function makeCertificate(folder: string): Promise<{ readonly cert: string; readonly key: string }> {
  await mkdir(folder, { recursive: true })
  const [cert, key] = [join(folder, 'tls.crt'), join(folder, 'tls.key')]
  const pair = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-noenc', '-keyout', key, '-out', cert]
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1', '-days', '30']
  await promisify(execFile)('openssl', ['req', '-x509', ...pair, ...names])
  return { cert, key }
}
