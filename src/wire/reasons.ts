import type { ServiceException } from '../contract/errors.ts'
import { allOperations, shapeOf } from '../contract/registry.ts'
import type { Service } from '../contract/shapes.ts'

/**
 * Why a request was refused, without any value of the client's. Its words are the phrases below and the members of the
 * models. So it may stand in the log and in the metrics. An error message may not, because it quotes the request.
 */
interface RefusalReason {
  /** One of the phrases in `REASONS`. */
  readonly what: string
  /** The phrase with the path of the refused value: `users.2.member.properties: … must be an int`. */
  readonly text: string
}

/** Patterns in error messages, each with its phrase. The first pattern found decides. */
const REASONS: readonly (readonly [pattern: RegExp, what: string])[] = [
  [/ is not a field of the schema/, 'is not a field of the schema'],
  [/ is not allowed inside properties/, 'is not allowed inside properties'],
  [/ is given twice, as /, 'is given twice'],
  [/ must be given, having no null type/, 'must be given'],
  [/ must not be (null|empty)\b/i, 'must not be null or empty'],
  [/ must not contain the NUL character/, 'must not contain the NUL character'],
  [/ must be well-formed Unicode/, 'must be well-formed Unicode'],
  [/Length cannot be more than |must have length less than /, 'is too long'],
  [/must have length greater than /, 'is too short'],
  [/must have value (less|greater) than /, 'is out of range'],
  [/must satisfy regular expression /, 'does not match its pattern'],
  [/must satisfy enum value set/, 'is none of the values that it may be'],
  [/ can not be converted to /, 'is of another JSON type'],
  [/, which looks like /, 'looks like another unit of time'],
  [/ must not be before 1970/, 'must not be before 1970'],
  [/ must be Viewed, Taken or Not Taken/, 'must be Viewed, Taken or Not Taken'],
  [/ must be as it is beside properties/, 'differs from what is beside properties'],
  ...['a string', 'an int', 'a long', 'a float', 'a double', 'a boolean'].map(
    type => [new RegExp(` must be ${type}\\b`), `must be ${type}`] as const,
  ),
  [/ nested more than /, 'is nested too deep'],
  [/^Error parsing properties json/, 'is no JSON object'],
  [/^The request body /, 'cannot be read'],
  [/there is no event tracker with |There is no Action interactions dataset with /, 'is the tracking id of nothing'],
  [/ does not exist(?:: | or )| has no dataset of type /, 'does not exist'],
  [/ not ACTIVE\b/, 'is not ACTIVE'],
]

/** The reason of an error. Undefined for errors that Put calls do not have. */
export function reasonOf({ message }: ServiceException): RefusalReason | undefined {
  const words = message.slice(0, 2000).replace(QUOTED, '…')
  const what = REASONS.find(([pattern]) => pattern.test(words))?.[1]
  if (what === undefined) return undefined
  const path = pathIn(words)
  return { what, text: path === '' ? `… ${what}` : `${path}: … ${what}` }
}

/** A value in a message, quoted as JSON quotes texts. */
const QUOTED = /"(?:[^"\\]|\\.)*"/g

/** The path in a message stands at its start, or after `at`. */
const PATH = /^(?:Error parsing properties json: )?'?([A-Za-z\d.]+)|\bat '([A-Za-z\d.]+)'/g
const INDEX = /^\d{1,3}$/

/** Returns the first path of a message in which every part is a member of the models, or a position in a list. */
function pathIn(words: string): string {
  memberNames ??= namesOf()
  for (const [, first, second] of words.matchAll(PATH)) {
    const parts = (first ?? second)!.split('.')
    const isKnown = (part: string, at: number) =>
      memberNames!.has(part) || (at > 0 && (part === 'member' || (INDEX.test(part) && parts[at + 1] === 'member')))
    if (parts.every(isKnown)) return parts.join('.')
  }
  return ''
}

let memberNames: ReadonlySet<string> | undefined

/** The names of all members of all inputs. */
function namesOf(): ReadonlySet<string> {
  const names = new Set<string>()
  const gather = (service: Service, shape: string) => {
    const { members = {}, member, value } = shapeOf(service, shape)
    for (const [name, inside] of Object.entries(members)) {
      names.add(name)
      gather(service, inside.shape)
    }
    for (const inside of [member, value]) if (inside !== undefined) gather(service, inside)
  }
  for (const { service, input } of allOperations) gather(service, input)
  return names
}
