import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { makeFolder } from '../files/make-folder.ts'

const KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16

/** Encrypts and authenticates texts under the key of a file. */
export interface Vault {
  /** @param label what the text is for: only `open` with the same label reads it */
  seal(text: string, label: string): string
  /** Returns the text; undefined where it was sealed for another label or under another key, or was changed. */
  open(sealed: string, label: string): string | undefined
}

/**
 * Opens the vault of a key file, which has 32 bytes in base64. A file that is missing is made when something is sealed
 * for the first time, readable for its owner alone. Texts are sealed by AES-256-GCM under a key that HKDF derives for
 * each purpose, the part of a label before the first colon.
 * @throws Error of the vault's functions where the file cannot be read or made
 */
export function openVault(path: string): Vault {
  let secret: Buffer | undefined
  const keys = new Map<string, Buffer>()
  const keyFor = (label: string) => {
    const purpose = label.split(':', 1)[0]!
    return keys.getOrInsertComputed(purpose, () => Buffer.from(hkdfSync('sha256', secret!, '', purpose, KEY_BYTES)))
  }
  return {
    seal(text, label) {
      secret ??= readKey(path) ?? makeKey(path)
      const nonce = randomBytes(NONCE_BYTES)
      const cipher = createCipheriv('aes-256-gcm', keyFor(label), nonce).setAAD(Buffer.from(label))
      const sealed = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final()])
      return Buffer.concat([sealed, cipher.getAuthTag()]).toString('base64')
    },
    open(sealed, label) {
      secret ??= readKey(path)
      const bytes = Buffer.from(sealed, 'base64')
      if (!secret || bytes.length < NONCE_BYTES + TAG_BYTES) return undefined
      const nonce = bytes.subarray(0, NONCE_BYTES)
      const decipher = createDecipheriv('aes-256-gcm', keyFor(label), nonce, { authTagLength: TAG_BYTES })
      decipher.setAAD(Buffer.from(label)).setAuthTag(bytes.subarray(-TAG_BYTES))
      try {
        return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]).toString()
      } catch {
        return undefined
      }
    },
  }
}

function readKey(path: string): Buffer | undefined {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  const key = Buffer.from(text.trim(), 'base64')
  if (key.length === KEY_BYTES) return key
  throw new Error(`The key file ${path} must have ${KEY_BYTES} bytes in base64, such as openssl rand -base64 32 makes`)
}

/** Of two servers that make it at once, the second finds the file of the first. */
function makeKey(path: string): Buffer {
  makeFolder(dirname(path))
  const part = `${path}.${randomBytes(6).toString('hex')}.part`
  try {
    writeFileSync(part, `${randomBytes(KEY_BYTES).toString('base64')}\n`, { flag: 'wx', mode: 0o600, flush: true })
    linkSync(part, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    rmSync(part, { force: true })
  }
  return readKey(path)!
}
