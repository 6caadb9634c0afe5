/**
 * Returns the partition of a region, as it stands in ARNs: `aws`, but for China and GovCloud.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
 */
export function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn'
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws'
}

/** Returns the start of the ARNs of an account in a region: `arn:PARTITION:personalize:REGION:ACCOUNT`. */
export function arnStart(accountId: string, region: string): string {
  return `arn:${partitionOf(region)}:personalize:${region}:${accountId}`
}
