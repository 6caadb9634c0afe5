/** The space in which items are near to each other, such as their words. */
export interface Neighbourhood {
  /** Calls back with each item that is near, and the cosine; with the item itself as well. */
  near(item: number, each: (item: number, cosine: number) => void): void
  /** Adds a text that is new, or changes one. */
  add(item: number, text: string): Promise<void>
}
