/** Yields the rows of a scan in lists of `size`, and at the end those that are left. */
export async function* inChunks<Row>(
  rows: AsyncIterable<Row>,
  size: number,
): AsyncGenerator<readonly Row[], undefined> {
  let chunk: Row[] = []
  for await (const row of rows) {
    if (chunk.push(row) < size) continue
    yield chunk
    chunk = []
  }
  if (chunk.length > 0) yield chunk
}
