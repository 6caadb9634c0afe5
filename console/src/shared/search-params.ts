import { useLocation, useRouter } from 'wouter'

/** Changes to make to the search of a page's address: a member that is undefined or '' is removed. */
type SearchChanges = Readonly<Record<string, string | number | undefined>>

/**
 * Returns what is behind the `?` of the page's address, and a function that replaces all of it. `useSearch` of wouter
 * decodes it twice, so that an id such as `a%26b` would become another.
 */
export function useSearchText(): readonly [string, (search: string, options?: Options) => void] {
  const router = useRouter()
  const [path, navigate] = useLocation()
  return [router.searchHook(router), (search, options) => navigate(path + (search && `?${search}`), options)]
}

interface Options {
  readonly replace?: boolean
}

/** Returns the members of the search of the page's address, and a function that changes some of them. */
export function useSearchParams(): readonly [URLSearchParams, (changes: SearchChanges, options?: Options) => void] {
  const [text, replaceAll] = useSearchText()
  const params = new URLSearchParams(text)
  const change = (changes: SearchChanges, options?: Options) =>
    replaceAll(searchOf({ ...Object.fromEntries(params), ...changes }).slice(1), options)
  return [params, change]
}

/** Returns the search of an address, such as `?id=a%20b`; '' where nothing is given. */
export function searchOf(members: SearchChanges): string {
  const given = Object.entries(members).filter(([, value]) => value !== undefined && value !== '')
  const text = given.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value!)}`).join('&')
  return text && `?${text}`
}
