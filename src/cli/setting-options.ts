import { type Command, InvalidArgumentError, Option } from 'commander'
import type { Config } from '../config/config.ts'
import { variableNames } from '../config/environment.ts'
import { readConfiguration } from '../config/read-configuration.ts'
import { type Setting, type Settings, settings } from '../config/settings.ts'
import { misspelt } from './misspelt.ts'

/** Adds options for these settings to a command. Its action is `run`. */
export function configured(
  command: Command,
  names: readonly (keyof Settings)[],
  run: (config: Config) => Promise<void>,
) {
  command.addOption(new Option('--config <path>', 'JSON file with settings').env('PERSONALITE_CONFIG'))
  const options = names.map(name => [name, toOption(settings[name])] as const)
  for (const [, option] of options) command.addOption(option)
  command.action(async ({ config: path }: { config?: string }) => {
    const given = options.flatMap(([name, option]) => {
      const key = option.attributeName()
      const isGiven = ['cli', 'env'].includes(command.getOptionValueSource(key) ?? '')
      return isGiven ? [[name, command.getOptionValue(key)]] : []
    })
    const config = readConfiguration(Object.fromEntries(given) as Partial<Settings>, path)
    warnOfMisspelt()
    await run(config)
  })
}

function warnOfMisspelt(): void {
  const known = Object.values(settings).map(setting => toOption(setting).envVar!)
  for (const [variable, meant] of misspelt(variableNames(), known))
    console.error(`personalite: ${variable} is the variable of no setting; is it ${meant}?`)
}

/** Returns the option of a command for a setting. */
export function toOption({ group, flags, help, default: value, parse, isSecret }: Setting<unknown>): Option {
  const option = new Option(flags, help).helpGroup(group).default(value)
  // A flag with an optional value means `on` without a value.
  if (option.optional) option.preset('on')
  option.env(`PERSONALITE_${option.name().toUpperCase().replaceAll('-', '_')}`)
  return option.argParser((text, previous: unknown) => {
    const parsed = isSecret ? parseSecret(flags, parse, text) : parseArgument(parse, text)
    return Array.isArray(parsed) && Array.isArray(previous) ? [...previous, ...parsed] : parsed
  })
}

/** Parses a secret. commander's own error would repeat the invalid argument. */
function parseSecret<Value>(flags: string, parse: (text: string) => Value, text: string): Value {
  try {
    return parse(text)
  } catch (error) {
    throw new Error(`option '${flags}' is invalid. ${(error as Error).message}`)
  }
}

function parseArgument<Value>(parse: (text: string) => Value, text: string): Value {
  try {
    return parse(text)
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message)
  }
}
