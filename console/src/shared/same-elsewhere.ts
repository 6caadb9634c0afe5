import { kebabCase, snakeCase } from './words.ts'

/** The three APIs, as the AWS CLI names them. */
type Service = 'personalize' | 'personalize-events' | 'personalize-runtime'

/** A call of an operation. */
export interface Call {
  readonly service: Service
  /** Such as `PutUsers`. */
  readonly operation: string
  /** Members that are undefined are left out. */
  readonly input: Readonly<Record<string, unknown>>
}

const CLIENTS: Readonly<Record<Service, string>> = {
  personalize: 'Personalize',
  'personalize-events': 'PersonalizeEvents',
  'personalize-runtime': 'PersonalizeRuntime',
}

/** The line of the AWS CLI that does the same as a call. */
export function inCli({ service, operation, input }: Call, endpoint: string): string {
  const options = Object.entries(input)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => optionOf(name, value))
  return [`aws ${service} ${kebabCase(operation)}`, `--endpoint-url ${endpoint}`, ...options].join(' \\\n  ')
}

/** The lines of boto3 that do the same as a call. */
export function inBoto3({ service, operation, input }: Call, endpoint: string): string {
  const given = Object.entries(input).filter(([, value]) => value !== undefined)
  const args = given.map(([name, value]) => `\n    ${name}=${pythonOf(value)},`).join('')
  return `import boto3

client = boto3.client('${service}', endpoint_url='${endpoint}')
client.${snakeCase(operation)}(${args}${args && '\n'})`
}

/** The lines of JavaScript that do the same as a call. */
export function inJavaScript({ service, operation, input }: Call, endpoint: string): string {
  const client = `${CLIENTS[service]}Client`
  return `import { ${client}, ${operation}Command } from '@aws-sdk/client-${service}'

const client = new ${client}({ endpoint: '${endpoint}' })
await client.send(new ${operation}Command(${JSON.stringify(input, null, 2)}))`
}

function optionOf(name: string, value: unknown): string {
  const option = kebabCase(name)
  if (typeof value === 'boolean') return value ? `--${option}` : `--no-${option}`
  return `--${option} ${quoted(typeof value === 'object' ? JSON.stringify(value) : String(value))}`
}

/** A word of a shell that stands for exactly this text. */
function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}

/** A value as Python writes it. A string in JSON is one in Python. */
function pythonOf(value: unknown): string {
  if (value === null || value === undefined) return 'None'
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (value instanceof Date) return `datetime.fromisoformat('${value.toISOString()}')`
  if (Array.isArray(value)) return `[${value.map(pythonOf).join(', ')}]`
  if (typeof value !== 'object') return JSON.stringify(value)
  return `{${Object.entries(value)
    .filter(([, one]) => one !== undefined)
    .map(([name, one]) => `${JSON.stringify(name)}: ${pythonOf(one)}`)
    .join(', ')}}`
}
