import type { WriterClient } from '../writer-client.ts'

/** Every put acknowledged so far is in `records` when it resolves; those that come meanwhile need not be. */
export async function applyPuts(writer: WriterClient): Promise<void> {
  const upTo = await writer.write('lastPut', {})
  while (await writer.write('applyPuts', { upTo }));
}

/** The same of events, and `interactions`. */
export async function applyEvents(writer: WriterClient): Promise<void> {
  const upTo = await writer.write('beginEvents', {})
  while (await writer.write('applyEvents', { upTo }));
  await writer.write('endEvents', { upTo })
}
