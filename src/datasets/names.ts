/**
 * The key under which a field's name is known to clients: lower case, nothing but letters and digits.
 *
 * The guide refuses GENRES_FIELD_1 beside GENRESFIELD1, and clients disagree on digits (GENRES_L1 is sent as `genresL1`,
 * `genresl1`, `genres_l1`), so any spelling with the same letters and digits means the same field. Letters of all
 * scripts are kept, so that `genreé` is not taken for GENRE.
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
