import { useSyncExternalStore } from 'react'

interface Options {
  /** Replaces the present entry of the browser's history, where Back would lead nowhere of interest. */
  readonly replace?: boolean
  readonly state?: unknown
}

/**
 * The address of a page for wouter: the path and the search behind the `#`, as in `/console/#/try/shop?user=u1`. So the
 * server, and the logs of proxies before it, see neither.
 */
export function useAddress(): [path: string, navigate: (to: string, options?: Options) => void] {
  return [useSyncExternalStore(subscribe, path), navigate]
}

useAddress.hrefs = (path: string) => `#${path}`
useAddress.searchHook = () => useSyncExternalStore(subscribe, search)

const subscribe = (onChange: () => void) => {
  addEventListener('hashchange', onChange)
  return () => removeEventListener('hashchange', onChange)
}

const behind = () => window.location.hash.replace(/^#?\/?/, '/')
const path = () => behind().split('?', 1)[0]!
const search = () => behind().slice(path().length)

function navigate(to: string, { replace = false, state = null }: Options = {}): void {
  const oldURL = window.location.href
  history[replace ? 'replaceState' : 'pushState'](state, '', `#${to}`)
  dispatchEvent(new HashChangeEvent('hashchange', { oldURL, newURL: window.location.href }))
}
