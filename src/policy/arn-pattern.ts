import { type Glob, isAnything, matchesGlob, splitGlob } from './glob.ts'
import type { ContextOf } from './request.ts'

const FIELDS = 6

/** ARNs that a policy names: `*`, or a glob for each of the six fields. */
export type ArnPattern = 'anything' | readonly Glob[]

/**
 * Splits the pattern of an ARN into its fields, which are compared one by one: a wildcard does not reach from one into
 * the next. The last field is the resource, with all `:` and `/` in it.
 * @throws Error where it is neither `*` nor has six fields
 */
export function arnPattern(glob: Glob): ArnPattern {
  if (isAnything(glob)) return 'anything'
  const fields = splitGlob(glob, ':', FIELDS)
  const isArn = fields.length === FIELDS && matchesGlob(fields[0]!, 'arn', () => undefined)
  if (!isArn || fields[FIELDS - 1]!.tokens.length === 0)
    throw new Error('must be * or an ARN with six fields, such as arn:aws:personalize:*:*:dataset/shop/*')
  return fields
}

/** Whether an ARN is one of the pattern's. The text `*`, of actions without a resource, is matched by `*` alone. */
export function matchesArn(pattern: ArnPattern, arn: string, context: ContextOf): boolean {
  if (pattern === 'anything') return true
  const fields = fieldsOf(arn)
  return fields.length === FIELDS && pattern.every((glob, i) => matchesGlob(glob, fields[i]!, context))
}

function fieldsOf(arn: string): readonly string[] {
  const fields = arn.split(':')
  return fields.length <= FIELDS ? fields : [...fields.slice(0, FIELDS - 1), fields.slice(FIELDS - 1).join(':')]
}
