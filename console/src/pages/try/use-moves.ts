import { useState } from 'react'
import { type Moves, movesBetween } from '../../shared/moves.ts'
import { type RoundAnswer, subjectOf } from './answer.ts'

/** Compares an answer with the one before it, as long as both are about the same user, session or item. */
export function useMoves({ call, round, items }: RoundAnswer): Moves {
  const now = { subject: subjectOf(call), round, ids: items.map(({ id }) => id) }
  const [seen, setSeen] = useState<{ now: typeof now; before: readonly string[] | undefined }>({
    now,
    before: undefined,
  })
  const isSame = seen.now.round === now.round && seen.now.ids.join('\n') === now.ids.join('\n')
  if (seen.now.subject !== now.subject) setSeen({ now, before: undefined })
  else if (!isSame) setSeen({ now, before: seen.now.ids })
  return movesBetween(seen.before, seen.now.ids)
}
