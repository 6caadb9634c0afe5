import { createContext, use } from 'react'
import type { Api } from './api.ts'

/** Who uses this tab. */
export interface Session {
  readonly api: Api
  /** The ARN of the user or role. */
  readonly arn: string
  signOut(): void
}

/** The session of this tab; undefined before the person has signed in. */
export const CurrentSession = createContext<Session | undefined>(undefined)

/** Returns the session of this tab. Pages are only shown in one. */
export function useSession(): Session {
  return use(CurrentSession)!
}
