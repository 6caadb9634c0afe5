import type { Handled } from '../wire/aws/api.ts'

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
  if (principal && !principal.arn.endsWith(':root')) {
    const { arn, userId: principalId, userName } = principal
    const common = { principalId, arn, accountId, accessKeyId }
    if (userName !== undefined) return { type: 'IAMUser', ...common, userName }
    return { type: 'AssumedRole', ...common, ...sessionOf(arn, principalId, accountId) }
  }
  return { type: 'Root', principalId: accountId, arn: `arn:aws:iam::${accountId}:root`, accountId, accessKeyId }
}

/** The role that a session is of, by the ARN of the session: `arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION`. */
function sessionOf(arn: string, userId: string, accountId: string): object {
  const [, userName] = /:assumed-role\/([^/]+)\//.exec(arn) ?? []
  if (userName === undefined) return {}
  const [principalId] = userId.split(':')
  const sessionIssuer = {
    type: 'Role',
    principalId,
    arn: `arn:aws:iam::${accountId}:role/${userName}`,
    accountId,
    userName,
  }
  return { sessionContext: { sessionIssuer, attributes: { mfaAuthenticated: 'false' } } }
}
