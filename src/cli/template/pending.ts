/** The text in place of an ARN that is not known before the resource is there; it differs from every ARN. */
export function pendingArn(id: string): string {
  return `${PENDING}${id}`
}

const PENDING = 'arn:aws:personalize:::pending/'

/** Returns the logical id, with an attribute, from a text of `pendingArn`. */
export function pendingId(text: unknown): string | undefined {
  return String(text).startsWith(PENDING) ? String(text).slice(PENDING.length) : undefined
}

/** Whether a value, or a part of it, is not known yet. */
export function isPending(value: unknown): boolean {
  return JSON.stringify(value ?? null).includes(PENDING)
}
