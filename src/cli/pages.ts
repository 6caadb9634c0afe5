/** A page of a List operation. */
interface Page {
  readonly nextToken?: string | null | undefined
}

/** Reads the pages of a List operation, one after the other. @param read is passed the token of the next page */
export async function* pagesOf<Found extends Page>(
  read: (nextToken: string | undefined) => Promise<Found>,
): AsyncGenerator<Found> {
  let nextToken: string | undefined
  do {
    const page = await read(nextToken)
    yield page
    nextToken = page.nextToken ?? undefined
  } while (nextToken !== undefined)
}
