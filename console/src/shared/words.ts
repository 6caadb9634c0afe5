/** `PutUsers` as `put-users`: an operation in the AWS CLI. */
export function kebabCase(name: string): string {
  return separated(name, '-')
}

/** `PutUsers` as `put_users`: an operation in boto3. */
export function snakeCase(name: string): string {
  return separated(name, '_')
}

function separated(name: string, between: string): string {
  return name.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, between).toLowerCase()
}
