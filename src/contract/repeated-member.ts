/** Texts and signs of JSON. Numbers, words and white space between them do not matter here. */
const TOKENS = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g

/**
 * Returns the value of a JSON text that may have a policy in it.
 * @throws SyntaxError where it is no JSON, or an object in it has a member twice
 */
export function parseUnambiguous(text: string): unknown {
  const value: unknown = JSON.parse(text.trim()) // which takes off the byte order mark of Windows' editors
  const twice = repeatedMember(text)
  if (twice !== undefined) throw new SyntaxError(`it has the member ${JSON.stringify(twice.slice(0, 60))} twice`)
  return value
}

/**
 * Returns the name of a member that an object of a JSON text has twice; undefined where there is none. JSON.parse takes
 * the last of them, and another reader the first. A policy must not mean two things.
 * @param text that JSON.parse reads
 */
export function repeatedMember(text: string): string | undefined {
  const open: (Set<string> | undefined)[] = []
  let name: string | undefined
  for (const [token] of text.matchAll(TOKENS)) {
    if (token === '{') open.push(new Set())
    else if (token === '[') open.push(undefined)
    else if (token === '}' || token === ']') open.pop()
    else if (token === ':') {
      const members = open.at(-1)!
      if (members.has(name!)) return name
      members.add(name!)
    } else if (token !== ',') name = JSON.parse(token)
  }
  return undefined
}
