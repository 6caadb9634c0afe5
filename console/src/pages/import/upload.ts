import type { Api } from '../../session/api.ts'

/** The server's answer about files. */
export interface FilesOfServer {
  /** Whether it takes files: its buckets are folders. */
  readonly canPut: boolean
  readonly maxBytes?: number
  readonly pieceBytes: number
}

/** Whether a location is of a file that `upload` put. */
export function isUpload(location: string): boolean {
  return location.startsWith('s3://personalite-console-uploads/')
}

interface Uploading {
  readonly name: string
  /** Is told the share that is there, from 0 to 1. */
  readonly report?: (share: number) => void
  readonly signal: AbortSignal
}

/** Puts a file where jobs read it, a piece after the other. Returns its location in S3. */
export async function upload(
  api: Api,
  content: Blob,
  { pieceBytes }: FilesOfServer,
  { name, report, signal }: Uploading,
): Promise<string> {
  const whole = { upload: randomName(), name: safeName(name) }
  for (let offset = 0; ; offset += pieceBytes) {
    const piece = content.slice(offset, offset + pieceBytes)
    const isLast = offset + pieceBytes >= content.size
    const body = { ...whole, offset, isLast, content: await base64(piece) }
    const { location } = await api.inspect<{ location?: string }>('files', { method: 'PUT', body, signal })
    report?.(Math.min(1, (offset + pieceBytes) / content.size))
    if (isLast) return location!
  }
}

/** `crypto.randomUUID` is only there on https and on loopback. */
function randomName(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map(byte => byte.toString(16).padStart(2, '0')).join('')
}

/** A name of the letters that a path needs, with the ending that it had. */
function safeName(name: string): string {
  const plain = name.replace(/[^\w.-]+/g, '_').slice(-80)
  return /^\w/.test(plain) ? plain : `file${plain}`
}

function base64(piece: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.onload = () => resolve((reader.result as string).split(',', 2)[1]!)
    reader.onerror = () => reject(reader.error)
    reader.readAsDataURL(piece)
  })
}
