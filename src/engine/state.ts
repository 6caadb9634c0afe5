/** The parts of a trained model: numbers, texts, lists, typed arrays, and objects of these. */
export type State =
  | null
  | boolean
  | number
  | string
  | Tensor
  | readonly State[]
  | { readonly [name: string]: State | undefined }

export type Tensor = Float64Array | Float32Array | Int32Array | Int16Array | Uint16Array | Uint8Array

/** Many texts as a state: their UTF-8 one after another, text i at bytes[offsets[i] .. offsets[i+1]]. */
export interface Texts {
  readonly [name: string]: Tensor
  readonly bytes: Uint8Array
  readonly offsets: Float64Array
}

/** Texts as one run of UTF-8 bytes and the offset of each, as a file of a model keeps them. */
export function packTexts(texts: readonly string[]): Texts {
  const offsets = new Float64Array(texts.length + 1)
  for (const [i, text] of texts.entries()) offsets[i + 1] = offsets[i]! + Buffer.byteLength(text)
  const bytes = Buffer.alloc(offsets.at(-1)!)
  for (const [i, text] of texts.entries()) bytes.write(text, offsets[i]!)
  return { bytes: new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length), offsets }
}

/** The texts that `packTexts` packed. */
export function unpackTexts(texts: Texts): string[] {
  return [...textsIn(texts)]
}

/** The same, one after the other. */
export function* textsIn({ bytes, offsets }: Texts): Generator<string, void, undefined> {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let i = 0; i + 1 < offsets.length; i++) yield all.toString('utf8', offsets[i], offsets[i + 1])
}
