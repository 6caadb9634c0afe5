/** Scripts that put no spaces between words. */
const UNSPACED = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]/u
const IS_ASCII = /^[\n\r\t -~]*$/
const WORD = /[\p{L}\p{N}\p{M}]+/gu
const segmenter = new Intl.Segmenter(undefined, { granularity: 'word' })

/**
 * The words of a text in any language, in one case and without accents. The segmenter of Unicode (UAX 29) finds them
 * where they are not spaced; elsewhere a pattern does, twenty times as fast.
 */
export function wordsOf(text: string): string[] {
  const plain = withoutAccents(text).toLowerCase()
  if (!UNSPACED.test(plain)) return plain.match(WORD) ?? []
  return Array.from(segmenter.segment(plain)).flatMap(({ segment, isWordLike }) => (isWordLike ? [segment] : []))
}

/** Those of Latin, Greek and Cyrillic letters; the marks of other scripts tell words apart. */
function withoutAccents(text: string): string {
  return IS_ASCII.test(text)
    ? text
    : text
        .normalize('NFKD')
        .replace(/[\u0300-\u036f]/g, '')
        .normalize('NFC')
}
