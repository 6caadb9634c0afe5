import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { Server } from 'node:tls'
import type { Log } from '../../log.ts'

/** The files of a certificate, with those that it was signed by after it, and of its private key, in PEM. */
type CertificateFiles = Readonly<Record<'tlsCert' | 'tlsKey', string | undefined>>

/** A certificate and its private key in PEM. */
interface Certificate {
  readonly cert: string
  readonly key: string
}

/** Versions before 1.2 are broken (RFC 8996). */
const OPTIONS = { minVersion: 'TLSv1.2', handshakeTimeout: 10_000 } as const

/** The key and the certificates of a server that speaks TLS. */
export interface Tls {
  readonly options: Certificate & typeof OPTIONS
  /**
   * Has a server use the certificate whenever it changes. Open connections keep the one that they began with.
   * @param everyMs how often the files are read
   */
  follow(server: Pick<Server, 'setSecureContext'>, everyMs?: number): Disposable
}

/**
 * The files are read this often, and not watched. So it makes no difference whether they are rewritten, renamed, or
 * behind links that are changed, as Kubernetes does, and on which file system.
 */
const EVERY_MS = 10_000

/**
 * Reads the certificate of a server; undefined where it has none. A later pair that cannot be used is logged once, and
 * the one before stays.
 * @throws Error that names the file and what is wrong with it
 */
export async function openTls(
  { tlsCert, tlsKey }: CertificateFiles,
  log: Pick<Log, 'error' | 'info'>,
): Promise<Tls | undefined> {
  if (tlsCert === undefined || tlsKey === undefined) return undefined
  const first = await readCertificate(tlsCert, tlsKey)
  return {
    options: { ...OPTIONS, ...first },
    follow(server, everyMs = EVERY_MS) {
      let seen = JSON.stringify(first)
      const look = async () => {
        const next = await readCertificate(tlsCert, tlsKey).catch((error: Error) => error)
        const now = next instanceof Error ? next.message : JSON.stringify(next)
        if (now === seen) return
        seen = now
        if (next instanceof Error) return log.error({ reason: next.message }, 'the certificate stays the one before')
        server.setSecureContext({ ...OPTIONS, ...next })
        log.info({ certificate: tlsCert }, 'the certificate has changed')
      }
      // One look after the other: a slower one would bring back what it read before the change.
      let isLooking = false
      const lookAgain = async () => {
        if (isLooking) return
        isLooking = true
        await look().finally(() => {
          isLooking = false
        })
      }
      const timer = setInterval(lookAgain, everyMs).unref()
      return { [Symbol.dispose]: () => clearInterval(timer) }
    },
  }
}

/** @throws Error that names the file and what is wrong with it */
async function readCertificate(certFile: string, keyFile: string): Promise<Certificate> {
  const [cert, key] = await Promise.all([read('--tls-cert', certFile), read('--tls-key', keyFile)])
  if (certificateIn(cert, certFile).checkPrivateKey(keyIn(key, keyFile))) return { cert, key }
  throw new Error(`the private key ${keyFile} of --tls-key is not that of the certificate ${certFile} of --tls-cert`)
}

async function read(flag: string, path: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new Error(`the file ${path} of ${flag} cannot be read: ${error.code ?? error.message}`)
  })
}

function certificateIn(text: string, path: string): X509Certificate {
  try {
    return new X509Certificate(text)
  } catch {
    throw new Error(`the file ${path} of --tls-cert must be a certificate in PEM, which begins -----BEGIN CERTIFICATE`)
  }
}

/** The error of node's crypto is left out, as it may tell of the key. */
function keyIn(text: string, path: string): KeyObject {
  try {
    return createPrivateKey(text)
  } catch {
    const wrong = /ENCRYPTED/.test(text) ? 'must have no passphrase' : 'must be a private key in PEM'
    throw new Error(`the file ${path} of --tls-key ${wrong}`)
  }
}
