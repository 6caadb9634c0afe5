import { type Glob, isAnything, matchesGlob, patternText, readGlob, splitGlob } from './glob.ts'
import type { ContextOf } from './request.ts'

const FIELDS = 6

/** ARNs that a policy names: `*`, or a glob for each of the six fields. */
export type ArnPattern = 'anything' | Fields

interface Fields {
  readonly globs: readonly Glob[]
  /** The same in any partition, region and account. */
  readonly anywhere: readonly Glob[]
}

/** The forms of a partition, a region and an account in a pattern, by the number of the field. */
const PLACES: Readonly<Record<number, RegExp>> = { 1: /^(aws[a-z*?-]*|\*)$/, 3: /^[a-z\d*?-]*$/, 4: /^[\d*?]*$/ }
const ANYTHING = readGlob('*', { wildcards: true, variables: false })

/**
 * Splits the pattern of an ARN into its fields, which are compared one by one: a wildcard does not reach from one into
 * the next. The last field is the resource, with all `:` and `/` in it.
 * @throws Error where it is neither `*` nor has six fields
 */
export function arnPattern(glob: Glob): ArnPattern {
  if (isAnything(glob)) return 'anything'
  const globs = splitGlob(glob, ':', FIELDS)
  const isArn = globs.length === FIELDS && matchesGlob(globs[0]!, 'arn', () => undefined)
  if (!isArn || globs[FIELDS - 1]!.tokens.length === 0)
    throw new Error('must be * or an ARN with six fields, such as arn:aws:personalize:*:*:dataset/shop/*')
  return { globs, anywhere: globs.map((one, i) => (PLACES[i]?.test(patternText(one)) ? ANYTHING : one)) }
}

/** Whether an ARN is one of the pattern's. The text `*`, of actions without a resource, is matched by `*` alone. */
export function matchesArn(pattern: ArnPattern, arn: string, context: ContextOf): boolean {
  return pattern === 'anything' || matchesFields(pattern.globs, arn, context)
}

/** Whether an ARN is one of the pattern's but for its partition, region and account. */
export function matchesArnAnywhere(pattern: ArnPattern, arn: string, context: ContextOf): boolean {
  return pattern === 'anything' || matchesFields(pattern.anywhere, arn, context)
}

function matchesFields(globs: readonly Glob[], arn: string, context: ContextOf): boolean {
  const fields = fieldsOf(arn)
  return fields.length === FIELDS && globs.every((glob, i) => matchesGlob(glob, fields[i]!, context))
}

function fieldsOf(arn: string): readonly string[] {
  const fields = arn.split(':')
  return fields.length <= FIELDS ? fields : [...fields.slice(0, FIELDS - 1), fields.slice(FIELDS - 1).join(':')]
}
