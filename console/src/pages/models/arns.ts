/** The ARN of the solution that a version is of. */
export function solutionOf(solutionVersionArn: string | undefined): string | undefined {
  return solutionVersionArn?.split('/').slice(0, 2).join('/')
}

/** The ARN of another resource of the account and region of this one, such as `solution/for-you`. */
export function besides(arn: string, resource: string): string {
  return [...arn.split(':').slice(0, 5), resource].join(':')
}
