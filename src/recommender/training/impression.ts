/** The details of an event that says which items were shown with it have this text. */
export const IMPRESSION_KEY = '"IMPRESSION"'

/** The ids of the items that were shown with an event; none where it does not say. */
export function impressionOf(details: string): readonly string[] {
  if (!details.includes(IMPRESSION_KEY)) return []
  const { IMPRESSION } = JSON.parse(details) as { readonly IMPRESSION?: string }
  return IMPRESSION?.split('|') ?? []
}
