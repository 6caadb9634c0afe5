import { keepPreviousData, type UseQueryResult, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { Api } from '../session/api.ts'
import { useSession } from '../session/session.ts'
import { useNote } from './notes.tsx'

interface ReadOptions<Output> {
  /**
   * Reads again so often, in milliseconds, while the page is looked at; a function is told what was read last, and may
   * return false.
   */
  readonly every?: number | false | ((last: Output | undefined) => number | false)
  /** Reads nothing while it is false. */
  readonly enabled?: boolean
  /** Shows what was read last under another key until this is there, as a table does between two pages. */
  readonly keepPrevious?: boolean
  /** Shows what was read until a write, or until the person asks anew: for what takes the server long. */
  readonly isKept?: boolean
}

/**
 * Reads from the server.
 * @param key names what is read: the same key is read once, and read anew after a write
 */
export function useRead<Output>(
  key: readonly unknown[],
  read: (api: Api, signal: AbortSignal) => Promise<Output>,
  { every = false, enabled = true, keepPrevious = false, isKept = false }: ReadOptions<Output> = {},
): UseQueryResult<Output> {
  const { api } = useSession()
  return useQuery({
    queryKey: [api.credentials.accessKeyId, ...key],
    queryFn: ({ signal }) => read(api, signal),
    refetchInterval: typeof every === 'function' ? query => every(query.state.data) : every,
    enabled,
    ...(isKept && { staleTime: Number.POSITIVE_INFINITY }),
    ...(keepPrevious && { placeholderData: keepPreviousData }),
  })
}

/**
 * Returns a mutation that writes to the server. All pages read anew afterwards. A failure is told above the page.
 * @param done the note of a success; none where it is left out
 */
export function useWrite<Input, Output>(
  write: (api: Api, input: Input) => Promise<Output>,
  done?: (input: Input, output: Output) => string,
) {
  const { api } = useSession()
  const client = useQueryClient()
  const note = useNote()
  return useMutation({
    mutationFn: (input: Input) => write(api, input),
    onSuccess(output, input) {
      if (done) note({ type: 'success', header: done(input, output) })
    },
    onError: error => note({ type: 'error', header: error.name, content: error.message }),
    onSettled: () => client.invalidateQueries(),
  })
}
