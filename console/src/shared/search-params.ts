import { useLocation, useRouter } from 'wouter'

/** Changes to make to the search of a page's address: a member that is undefined or '' is removed. */
export type SearchChanges = Readonly<Record<string, string | number | undefined>>

/**
 * Returns what is behind the `?` of the page's address, and a function that changes it. `useSearch` of wouter decodes it
 * twice, so that an id such as `a%26b` would become another.
 */
export function useSearchParams(): readonly [
  URLSearchParams,
  (changes: SearchChanges, options?: { readonly replace?: boolean }) => void,
] {
  const router = useRouter()
  const [path, navigate] = useLocation()
  const params = new URLSearchParams(router.searchHook(router))
  const change = (changes: SearchChanges, options: { readonly replace?: boolean } = {}) =>
    navigate(path + searchOf({ ...Object.fromEntries(params), ...changes }), options)
  return [params, change]
}

/** Returns the search of an address, such as `?id=a%20b`; '' where nothing is given. */
export function searchOf(members: SearchChanges): string {
  const given = Object.entries(members).filter(([, value]) => value !== undefined && value !== '')
  const text = given.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value!)}`).join('&')
  return text && `?${text}`
}
