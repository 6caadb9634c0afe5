import type { Difference } from './compare.ts'
import { pendingId } from './pending.ts'

/** Says that a property cannot change, and from which value to which. */
export const cannotChange = (difference: Difference) => `${difference.property} cannot change (${stepOf(difference)})`
/** Says from which value to which a property changes. */
export const changes = (difference: Difference) => `${difference.property} ${stepOf(difference)}`

const SHOWN_MAX = 60

/** Returns both values, short: long texts from where they begin to differ. */
function stepOf({ from, to }: Difference): string {
  const [one, other] = [shown(from), shown(to)]
  if (one.length <= SHOWN_MAX && other.length <= SHOWN_MAX) return `${one} → ${other}`
  const differs = [...one].findIndex((character, at) => character !== other[at])
  const begin = Math.max(0, differs - SHOWN_MAX / 4)
  const cut = (text: string) =>
    `${begin > 0 ? '…' : ''}${text.slice(begin, begin + SHOWN_MAX)}${text.length > begin + SHOWN_MAX ? '…' : ''}`
  return `${cut(one)} → ${cut(other)}`
}

/** Returns a value in one line. The last part of an ARN tells which resource it is. */
function shown(value: unknown): string {
  if (value === undefined) return 'none'
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  const pending = pendingId(text)
  if (pending !== undefined) return `the new ${pending}`
  return text.replace(/^arn:[\w-]+:personalize:[^:]*:[^:]*:/, '').replace(/\s+/g, ' ')
}
