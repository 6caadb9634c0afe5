/** Scripts that put no spaces between words. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u
const WORD = /[\p{L}\p{N}\p{M}]+/gu
const segmenter = new Intl.Segmenter(undefined, { granularity: 'word' })

/**
 * The words of a text in any language, in one case and without accents. The segmenter of Unicode (UAX 29) finds them
 * where they are not spaced; elsewhere a pattern does, twenty times as fast.
 */
export function wordsOf(text: string): string[] {
  const plain = text
    .normalize('NFKD')
    .replace(/\p{Mn}/gu, '')
    .normalize('NFC')
    .toLowerCase()
  if (!UNSPACED.test(plain)) return plain.match(WORD) ?? []
  return Array.from(segmenter.segment(plain)).flatMap(({ segment, isWordLike }) => (isWordLike ? [segment] : []))
}
