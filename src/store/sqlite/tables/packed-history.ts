import type { EachEvent, History } from '../../history.ts'
import type { FoundInteraction } from '../../rows.ts'
import { membersIn, type Pack, unpackNewest } from './packs.ts'

/**
 * The newest events of packs, read from their texts as they are: in half the time of `JSON.parse` and an object for
 * each event. Columns are made where they are asked for.
 * @param packs those of the newest events first; all events of one are older than those of the packs before
 */
export function packedHistory(packs: readonly Pack[], limit: number): History {
  const length = Math.min(
    limit,
    packs.reduce((sum, { count }) => sum + count, 0),
  )
  let newest: number | undefined
  let columns: Columns | undefined
  const forEach = (each: EachEvent) => {
    let skipped = packs.reduce((sum, { count }) => sum + count, -length)
    for (const pack of packs.toReversed()) {
      // Some packs may lie beyond the limit wholly.
      if (skipped < pack.count) newest = readPack(pack, skipped, each)
      skipped = Math.max(0, skipped - pack.count)
    }
  }
  const inColumns = () => {
    columns ??= columnsOf(length, forEach)
    return columns
  }
  return {
    length,
    get newest() {
      if (newest === undefined) forEach(() => {})
      return newest
    },
    get itemIds() {
      return inColumns().itemIds
    },
    get eventTypes() {
      return inColumns().eventTypes
    },
    get eventValues() {
      return inColumns().eventValues
    },
    events: () => eventsOf(packs, limit),
    forEach,
  }
}

function eventsOf(packs: readonly Pack[], limit: number): readonly FoundInteraction[] {
  const events: FoundInteraction[] = []
  for (const pack of packs) for (const event of unpackNewest(pack, limit - events.length)) events.push(event)
  return events
}

type Columns = Pick<History, 'itemIds' | 'eventTypes' | 'eventValues'>

function columnsOf(length: number, forEach: History['forEach']): Columns {
  const [itemIds, eventTypes] = [new Array<string>(length), new Array<string>(length)]
  const eventValues = new Array<number | null>(length)
  let place = length
  forEach((text, from, to, eventType, eventValue) => {
    place--
    itemIds[place] = text.slice(from, to)
    eventTypes[place] = eventType
    eventValues[place] = eventValue
  })
  return { itemIds, eventTypes, eventValues }
}

/** The members of an event after those that are read, up to the number of one that was put. */
const NUMBER_AT = 5

/**
 * Reads the list of a pack, which `JSON.stringify` wrote. Returns the number of its newest event.
 * @param skipped how many of its oldest events are left out
 */
function readPack({ source, events: text, count, seq }: Pack, skipped: number, each: EachEvent): number {
  const rest = membersIn(source) - NUMBER_AT
  const end = text.length - 1
  const isPlain = !text.includes('\\')
  let [type, typeToken, digits, number] = ['', '\0', 0, seq]
  let place = 0
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
    if (place++ >= skipped) {
      const eventValue = text.charCodeAt(value) === N ? null : Number(text.slice(value, valueEnd))
      if (isPlain || text.lastIndexOf('\\', itemEnd) < item) each(text, item + 1, itemEnd - 1, type, eventValue)
      else {
        const itemId = textOf(text.slice(item, itemEnd))
        each(itemId, 0, itemId.length, type, eventValue)
      }
    }
    at = endOf(text, valueEnd + 1) + 1
    if (rest === 0) continue
    if (place === count) number = Number(text.slice(at, endOf(text, at)))
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
