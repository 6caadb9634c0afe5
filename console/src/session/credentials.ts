/** An access key, as the clients sign with it. It is in the memory of this tab alone. */
export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** Of temporary credentials alone. */
  readonly sessionToken?: string | undefined
  /** The region that requests are signed for. */
  readonly region: string
}

/** The region of a server that was told no other. */
export const USUAL_REGION = 'us-east-1'

/** The key that everybody knows. The server accepts it where it listens on loopback without keys of its own. */
export const LOCAL_KEY: Credentials = { accessKeyId: 'local', secretAccessKey: 'local', region: USUAL_REGION }

/** Whether this page came from the machine that it is shown on. */
export function isOnLoopback(hostname = window.location.hostname): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname)
}
