import { arnStart } from '../../contract/arn-start.ts'

/** The account and region that this server acts as. */
export interface Arns {
  readonly accountId: string
  readonly region: string
  /** `arn:PARTITION:personalize:REGION:ACCOUNT:PATH`, e.g. of `schema/NAME` or `dataset/GROUP/USERS`. */
  of(path: string): string
}

/** Writes and reads the ARNs of an account in a region. */
export function arnsOf(accountId: string, region: string): Arns {
  const start = arnStart(accountId, region)
  return { accountId, region, of: path => `${start}:${path}` }
}

/** The name at the end of an ARN: `demo` of `...:dataset-group/demo`. */
export function nameIn(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1)
}
