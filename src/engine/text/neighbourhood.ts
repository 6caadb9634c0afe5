/** The space in which items are near to each other, such as their words. */
export interface Neighbourhood {
  /** Calls back with each item that is near, and the cosine; with the item itself as well. */
  near(item: number, each: (item: number, cosine: number) => void): void
  /** The words that two items share, and what each adds to their cosine; left out where nearness is not by words. */
  shared?(item: number, other: number): readonly { readonly word: string; readonly part: number }[]
  /** Adds a text that is new, or changes one. */
  add(item: number, text: string): Promise<void>
  /** Gives an item the text that it had at training. */
  restore(item: number): void
}
