/** `NUMBER_OF_VIDEOS` as `numberOfVideos`: a field of a schema as a key of `properties`. */
export function camelCase(field: string): string {
  return field.toLowerCase().replaceAll(/_+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
}

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
