import assert from 'node:assert/strict'

/** Asserts that the service refuses the request: with this error and HTTP status, and a message that says this. */
export async function assertRefused(
  sent: Promise<unknown>,
  [name, httpStatusCode]: readonly [name: string, httpStatusCode: number],
  message: RegExp,
): Promise<void> {
  await assert.rejects(sent, (error: Error & { $metadata?: { httpStatusCode?: number } }) => {
    const seen = { name: error.name, httpStatusCode: error.$metadata?.httpStatusCode }
    assert.deepEqual(seen, { name, httpStatusCode }, error.message)
    assert.match(error.message, message)
    return true
  })
}

export const INVALID = ['InvalidInputException', 400] as const
