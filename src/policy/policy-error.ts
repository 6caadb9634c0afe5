/** A policy that cannot be taken: the message has the place, such as `Statement.1.Effect`, and what would be right. */
export class PolicyError extends Error {
  /** @param place in the document; empty of the document itself */
  constructor(place: string, message: string) {
    super(place === '' ? `The policy ${message}` : `${place} ${message}`)
    this.name = 'PolicyError'
  }
}

/** Quotes a value of a policy in a message, cut after 60 characters. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}
