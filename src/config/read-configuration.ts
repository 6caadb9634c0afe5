import { resolve } from 'node:path'
import { type AccessKey, type Config, IN_MEMORY } from './config.ts'
import { parseObject, readCredentials, readToken } from './file.ts'
import { type Setting, type Settings, settings } from './settings.ts'

/**
 * Flags and variables (`given`) before the file, the file before the defaults.
 * @throws Error with a message of one line for the operator
 */
export function readConfiguration(
  given: Partial<Settings>,
  path: string | undefined,
  environment = process.env,
): Config {
  const { credentials = [], ...file } = path ? readMembers(`${path}: `, parseObject(path)) : {}
  const { accessKeyId, ...rest } = { ...defaults(), ...file, ...given }
  return checked({
    ...rest,
    credentials: givenKey(accessKeyId, environment) ?? credentials,
    metricsToken: environment.PERSONALITE_METRICS_TOKEN || file.metricsToken,
  })
}

/** The settings of a server that a program starts in its own process: those that differ from the command line's. */
const IN_PROCESS = { dataDir: IN_MEMORY, port: 0, logLevel: 'warn' } as const

/**
 * The configuration of a server that a program starts in its own process. The options have the names of the file's
 * members; the environment is not read.
 * @throws Error that names the option, and what is wrong with it
 */
export function readOptions(options: object): Config {
  const given = Object.entries(options).filter(([, value]) => value !== undefined)
  const { accessKeyId: _, ...usual } = defaults()
  const config = { ...usual, credentials: [], metricsToken: undefined, ...IN_PROCESS }
  return checked({ ...config, ...readMembers('startServer: ', Object.fromEntries(given)) })
}

function defaults(): Settings {
  return Object.fromEntries(Object.entries(settings).map(([name, setting]) => [name, setting.default])) as never
}

/** @throws Error where settings are there that do not go together */
function checked<Given extends Pick<Config, 'dataDir' | 'tlsCert' | 'tlsKey'>>(config: Given): Given {
  if ((config.tlsCert === undefined) !== (config.tlsKey === undefined))
    throw new Error('--tls-cert and --tls-key go together: set both or neither')
  return config.dataDir === IN_MEMORY ? config : { ...config, dataDir: resolve(config.dataDir) }
}

function givenKey(accessKeyId: string | undefined, environment: NodeJS.ProcessEnv): AccessKey[] | undefined {
  const { PERSONALITE_SECRET_ACCESS_KEY: secretAccessKey, PERSONALITE_SESSION_TOKEN: sessionToken } = environment
  if (!accessKeyId && !secretAccessKey && !sessionToken) return undefined
  if (accessKeyId && secretAccessKey) return [{ accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) }]
  throw new Error('--access-key-id and PERSONALITE_SECRET_ACCESS_KEY go together: set both or neither')
}

/** @param where the beginning of the error messages */
function readMembers(where: string, content: object): Partial<Config> {
  const members = Object.entries(content).map(([name, value]) => {
    const at = `${where}${name}`
    if (name === 'credentials') return [name, readCredentials(at, value)]
    if (name === 'metricsToken') return [name, readToken(at, value)]
    if (!Object.hasOwn(settings, name) || name === 'accessKeyId') {
      const known = [...Object.keys(settings).filter(other => other !== 'accessKeyId'), 'credentials', 'metricsToken']
      throw new Error(`${at} is not a setting; there are ${known.join(', ')}`)
    }
    return [name, readValue(at, settings[name as keyof Settings], value)]
  })
  return Object.fromEntries(members)
}

function readValue(at: string, setting: Setting<unknown>, value: unknown): unknown {
  const texts = Array.isArray(setting.default) && Array.isArray(value) ? value : [value]
  try {
    if (texts.every(text => typeof text === 'string' || typeof text === 'number')) {
      return texts.length === 0 ? [] : setting.parse(texts.join(','))
    }
  } catch (error) {
    const shown = setting.isSecret ? '' : `: ${JSON.stringify(value)}`
    throw new Error(`${at} is invalid${shown}. ${(error as Error).message}`)
  }
  throw new Error(`${at} must be a string or a number`)
}
