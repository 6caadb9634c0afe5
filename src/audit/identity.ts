import type { Handled } from '../wire/aws/handle.ts'

/**
 * Returns who asked, as CloudTrail's userIdentity. A key of the configuration without a policy is the
 * account's root. Where no signature proves it, the identity is unknown; the key that the request names is there only
 * if this server has it.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
 */
export function identityOf({ signed, isProven }: Pick<Handled, 'signed' | 'isProven'>, accountId: string): object {
  const accessKeyId = signed?.authorization.accessKeyId
  if (!isProven) return { type: 'Unknown', ...(accessKeyId && { accessKeyId }) }
  const principal = signed?.secret.principal
  if (principal) {
    const { arn, userId: principalId, userName } = principal
    const type = userName === undefined ? 'AssumedRole' : 'IAMUser'
    return { type, principalId, arn, accountId, accessKeyId, ...(userName !== undefined && { userName }) }
  }
  return { type: 'Root', principalId: accountId, arn: `arn:aws:iam::${accountId}:root`, accountId, accessKeyId }
}
