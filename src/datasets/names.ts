/**
 * The key under which a field's name is known to clients: lower case, nothing but letters and digits.
 *
 * The guide refuses GENRES_FIELD_1 beside GENRESFIELD1, and clients disagree on digits (GENRES_L1 is sent as
 * `genresL1`, `genresl1`, `genres_l1`). So any spelling with the same letters and digits means the same field. Letters
 * of all scripts are kept, so that `genreé` is not taken for GENRE.
 */
export function foldName(name: string): string {
  return name.replace(/[^\p{L}\p{M}\p{N}]/gu, '').toLowerCase()
}

/** The guide's spelling of a field in `properties`: MEMBERSHIP_TYPE is `membershipType`, GENRES_L1 is `genresL1`. */
export function camelCase(fieldName: string): string {
  const words = fieldName.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+/g) ?? []
  return words
    .map((word, i) => (i === 0 ? '' : word[0]!.toUpperCase()) + word.slice(i === 0 ? 0 : 1).toLowerCase())
    .join('')
}

/**
 * The one of `names` that `name` is probably meant to be. A third of its letters and digits differ at most, two that
 * changed places counted as one, or one begins or ends with the other: then the one with the fewest more. Undefined
 * where there is none. It does not look beyond 100 characters.
 */
export function nearestName(name: string, names: readonly string[]): string | undefined {
  const folded = foldName(name.slice(0, 100))
  const differences = names.map(candidate => difference(folded, foldName(candidate)))
  const least = Math.min(...differences)
  return least <= Math.max(1, folded.length / 3) && least < folded.length
    ? names[differences.indexOf(least)]
    : undefined
}

const PART_MIN = 4

function difference(a: string, b: string): number {
  const [short, long] = a.length < b.length ? [a, b] : [b, a]
  const isPart = short.length >= PART_MIN && (long.startsWith(short) || long.endsWith(short))
  return isPart ? 1 + (long.length - short.length) / 1000 : editDistance(a, b)
}

/** How many letters must be changed, added, removed or exchanged with the next (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let beforeThat: number[] = []
  let before = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const change = before[j - 1]! + Number(a[i - 1] !== b[j - 1])
      const isExchange = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      const exchange = isExchange ? beforeThat[j - 2]! + 1 : change
      row.push(Math.min(change, exchange, before[j]! + 1, row[j - 1]! + 1))
    }
    beforeThat = before
    before = row
  }
  return before[b.length]!
}
