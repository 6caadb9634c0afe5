import { lazy, type ReactNode, Suspense, useCallback, useEffect, useMemo, useState } from 'react'
import { openApi } from '../session/api.ts'
import { type Credentials, isOnLoopback, LOCAL_KEY } from '../session/credentials.ts'
import { CurrentSession, type Session } from '../session/session.ts'

/** Most people on loopback never see it. */
const SignIn = lazy(() => import('./sign-in.tsx'))

type State = 'trying' | 'out' | Omit<Session, 'signOut'>

/**
 * Shows its children to a person who has signed in, and the form to sign in to others. On loopback the local key is tried
 * first.
 */
export function SessionGate({ children }: { readonly children: ReactNode }) {
  const [state, setState] = useState<State>(isOnLoopback() ? 'trying' : 'out')
  const signIn = useCallback(async (credentials: Credentials) => {
    const api = openApi(credentials)
    const { arn, actions } = await api.inspect<{ arn: string; actions: readonly string[] }>('me')
    const allowed = new Set(actions)
    setState({ api, arn, may: action => allowed.has(action) })
  }, [])
  useEffect(() => {
    if (isOnLoopback()) signIn(LOCAL_KEY).catch(() => setState('out'))
  }, [signIn])
  const session = useMemo(
    () => (typeof state === 'object' ? { ...state, signOut: () => setState('out') } : undefined),
    [state],
  )
  if (state === 'trying') return null
  if (!session)
    return (
      <Suspense>
        <SignIn signIn={signIn} />
      </Suspense>
    )
  return <CurrentSession value={session}>{children}</CurrentSession>
}
