/**
 * Returns the address of a picture that a value names, or undefined where it names none that a page may show. The
 * Content-Security-Policy allows pictures of `https:`, and those of the page's own server.
 * @param page the address of the page
 */
export function imageUrl(value: unknown, page: string): string | undefined {
  if (typeof value !== 'string' || !/^(https?:|\/)/i.test(value.trim())) return undefined
  const url = URL.parse(value.trim(), page)
  if (!url) return undefined
  return url.protocol === 'https:' || url.origin === new URL(page).origin ? url.href : undefined
}
