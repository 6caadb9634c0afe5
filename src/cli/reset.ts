import { openInspection } from './client.ts'

/** Empties a server in memory. @throws Error with a message of one line for the user */
export async function reset({ endpoint }: { readonly endpoint: string }): Promise<void> {
  await openInspection(endpoint)('POST', '/inspect/reset')
}
