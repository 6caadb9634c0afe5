import type { ItemIndex } from './item-index.ts'
import type { TextParts } from './item-texts.ts'

/** The ids of items of an index, read where somebody asks for them: texts all over the memory. */
export class ItemIds {
  readonly #index: ItemIndex
  readonly #items: Int32Array

  constructor(index: ItemIndex, items: Int32Array) {
    this.#index = index
    this.#items = items
  }

  get length(): number {
    return this.#items.length
  }

  /** @throws InternalFailure where an item has no id, as `ItemIndex.idOf` */
  at(place: number): string {
    return this.#index.idOf(this.#items[place]!)
  }

  /** As that of an array. In plain steps the processor reads several texts at once: half the time of `map`. */
  slice(from = 0, to = this.length): string[] {
    const ids = new Array<string>(Math.max(0, Math.min(to, this.length) - from))
    for (let at = 0; at < ids.length; at++) ids[at] = this.at(from + at)
    return ids
  }

  /** The list as a text, without the ids in between; undefined where `ItemTexts` cannot write it. */
  write(parts: TextParts): string | undefined {
    return this.#index.texts?.write(this.#items, parts)
  }
}
