import { useEffect, useRef, useState } from 'react'

/** A person who types has paused, in milliseconds. */
const PAUSE_MS = 300

/**
 * The text of a field that is typed into. The page hears of it when the person pauses, so that no letter in between
 * asks the server.
 */
export function useTyped(value: string, commit: (value: string) => void): [string, (text: string) => void] {
  const [typed, setTyped] = useState<string>()
  const latest = useRef(commit)
  latest.current = commit
  useEffect(() => {
    if (typed === undefined) return
    const timer = setTimeout(() => {
      latest.current(typed)
      setTyped(undefined)
    }, PAUSE_MS)
    return () => clearTimeout(timer)
  }, [typed])
  return [typed ?? value, setTyped]
}
