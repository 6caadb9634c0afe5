import { setTimeout } from 'node:timers/promises'

/** How often it looks: seldom, so that looking takes no part of what is measured. */
const LOOK_EVERY_MS = 100

/** Resolves when a resource is ACTIVE. @throws Error with the reason if it failed */
export async function active(
  describe: () => Promise<
    { readonly status?: string | undefined; readonly failureReason?: string | undefined } | undefined
  >,
): Promise<void> {
  for (;;) {
    const { status, failureReason } = (await describe()) ?? {}
    if (status === 'ACTIVE') return
    if (failureReason !== undefined) throw new Error(failureReason)
    await setTimeout(LOOK_EVERY_MS)
  }
}
