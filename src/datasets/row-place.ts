/** A file of rows. Text has lines, and a row may take several; other formats have rows. */
export interface RowSource {
  readonly uri: string
  readonly unit: 'line' | 'row'
}

/** The place of a row as messages name it. @param number of its line or row, the first being 1; 0 is the whole file */
export function placeOf({ uri, unit }: RowSource, number: number): string {
  return number === 0 ? uri : `${uri} ${unit} ${number}`
}
