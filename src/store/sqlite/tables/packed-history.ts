import type { History } from '../../history.ts'
import type { FoundInteraction } from '../../rows.ts'
import { membersIn, type Pack, unpackNewest } from './packs.ts'

/**
 * Reads the newest events of packs into columns, from their texts as they are: in half the time of `JSON.parse` and an
 * object for each event.
 * @param packs those of the newest events first; all events of one are older than those of the packs before
 */
export function packedHistory(packs: readonly Pack[], limit: number): History {
  const length = Math.min(
    limit,
    packs.reduce((sum, { count }) => sum + count, 0),
  )
  const columns: Columns = {
    itemIds: new Array<string>(length),
    eventTypes: new Array<string>(length),
    eventValues: new Array<number | null>(length),
  }
  let [first, newest]: [number, number | undefined] = [0, undefined]
  for (const pack of packs) {
    const seq = readPack(pack, columns, first)
    newest ??= seq
    first += pack.count
  }
  return { length, newest, ...columns, events: () => eventsOf(packs, limit) }
}

function eventsOf(packs: readonly Pack[], limit: number): readonly FoundInteraction[] {
  const events: FoundInteraction[] = []
  for (const pack of packs) for (const event of unpackNewest(pack, limit - events.length)) events.push(event)
  return events
}

interface Columns {
  readonly itemIds: string[]
  readonly eventTypes: string[]
  readonly eventValues: (number | null)[]
}

/** The members of an event after those that are read, up to the number of one that was put. */
const NUMBER_AT = 5

/**
 * Reads the list of a pack, which `JSON.stringify` wrote. Returns the number of its newest event.
 * @param first the place of its newest event in the columns; those beyond their end are left out
 */
function readPack({ source, events: text, count, seq }: Pack, columns: Columns, first: number): number {
  const { itemIds, eventTypes, eventValues } = columns
  const rest = membersIn(source) - NUMBER_AT
  const end = text.length - 1
  const isPlain = !text.includes('\\')
  let [type, typeToken, digits, number] = ['', '\0', 0, seq]
  let place = first + count
  for (let at = 1; at < end; ) {
    // Times rise, so a time has as many digits as the one before, or more.
    const isAsLong = digits > 0 && text.charCodeAt(at + digits) === COMMA
    const time = isAsLong ? at + digits : endOf(text, at)
    digits = text.charCodeAt(at) === MINUS ? 0 : time - at
    const item = time + 1
    const itemEnd = endOfText(text, item)
    at = itemEnd + 1
    // Most events have the type of the one before.
    if (!text.startsWith(typeToken, at)) {
      typeToken = text.slice(at, endOfText(text, at))
      type = textOf(typeToken)
    }
    const value = at + typeToken.length + 1
    const valueEnd = endOf(text, value)
    if (--place < itemIds.length) {
      const isWritten = isPlain || text.lastIndexOf('\\', itemEnd) < item
      itemIds[place] = isWritten ? text.slice(item + 1, itemEnd - 1) : textOf(text.slice(item, itemEnd))
      eventTypes[place] = type
      eventValues[place] = text.charCodeAt(value) === N ? null : Number(text.slice(value, valueEnd))
    }
    at = endOf(text, valueEnd + 1) + 1
    if (rest === 0) continue
    if (place === first) number = Number(text.slice(at, endOf(text, at)))
    for (let member = 0; member < rest; member++) at = endOf(text, at) + 1
  }
  return number
}

const [QUOTE, COMMA, MINUS, BRACKET, BACKSLASH, N] = [34, 44, 45, 93, 92, 110]

/** The place after a member that begins at a place. */
function endOf(text: string, from: number): number {
  let code = text.charCodeAt(from)
  if (code === QUOTE) return endOfText(text, from)
  if (code === N) return from + 'null'.length
  let at = from
  while (code !== COMMA && code !== BRACKET) code = text.charCodeAt(++at)
  return at
}

/** The same of a text. */
function endOfText(text: string, from: number): number {
  let end = text.indexOf('"', from + 1)
  while (text.charCodeAt(end - 1) === BACKSLASH && isEscaped(text, end)) end = text.indexOf('"', end + 1)
  return end + 1
}

/** Whether an odd number of backslashes comes before a quote. */
function isEscaped(text: string, quote: number): boolean {
  let at = quote
  while (text.charCodeAt(at - 1) === BACKSLASH) at--
  return (quote - at) % 2 === 1
}

const textOf = (token: string): string => JSON.parse(token)
