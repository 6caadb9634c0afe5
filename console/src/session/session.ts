import { createContext, use } from 'react'
import type { Api } from './api.ts'

/** The person who uses this tab. */
export interface Session {
  readonly api: Api
  /** The ARN of the user or role. */
  readonly arn: string
  /**
   * Whether the key's policy allows an action on some resource, such as `personalize:PutUsers`. Pages offer nothing else;
   * the server may still refuse it.
   */
  may(action: string): boolean
  signOut(): void
}

/** The session of this tab; undefined before the person has signed in. */
export const CurrentSession = createContext<Session | undefined>(undefined)

/** Returns the session of this tab. Pages are only shown in one. */
export function useSession(): Session {
  return use(CurrentSession)!
}
