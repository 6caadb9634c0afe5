/** The details of an event that says which items were shown with it have this text, and a text of its ids after it. */
export const IMPRESSION_KEY = '"IMPRESSION":"'

/**
 * Calls back with each item that was shown with an event, if the event says so: the text that has the item's id, from
 * one place to another. Most ids are looked up where they lie: to parse the details takes as long as to count them.
 */
export function eachShown(details: string, visit: (text: string, from: number, to: number) => void): void {
  const key = details.indexOf(IMPRESSION_KEY)
  if (key < 0) return
  const begin = key + IMPRESSION_KEY.length
  const end = details.indexOf('"', begin)
  const backslash = details.indexOf('\\', begin)
  if (backslash < 0 || backslash > end) {
    eachPart(details, begin, end, visit)
    return
  }
  const { IMPRESSION } = JSON.parse(details) as { readonly IMPRESSION: string }
  eachPart(IMPRESSION, 0, IMPRESSION.length, visit)
}

function eachPart(text: string, begin: number, end: number, visit: Parameters<typeof eachShown>[1]): void {
  for (let from = begin; from <= end; ) {
    const bar = text.indexOf('|', from)
    const to = bar < 0 || bar > end ? end : bar
    visit(text, from, to)
    from = to + 1
  }
}
