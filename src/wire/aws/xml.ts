/** A tree of elements: texts by their names. */
export interface Elements {
  readonly [name: string]: string | number | Elements
}

/** Returns elements as XML. */
export function xml(elements: Elements): string {
  return Object.entries(elements)
    .map(([name, value]) => `<${name}>${typeof value === 'object' ? xml(value) : escaped(String(value))}</${name}>`)
    .join('')
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** XML has no way to write control characters. */
function escaped(text: string): string {
  return text.replace(/[&<>"]/g, character => ENTITIES[character]!).replace(/[^\P{Cc}\t\n\r]/gu, '\u{fffd}')
}
