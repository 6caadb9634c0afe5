import { type Command, InvalidArgumentError, Option } from 'commander'
import { endpointVariable } from '../config/environment.ts'
import { settings } from '../config/settings.ts'

/** Adds a command that asks a running server, with the common options of such commands. */
export function clientCommand(parent: Command, usage: string, description: string): Command {
  const endpoint = `http://127.0.0.1:${settings.port.default}`
  return parent
    .command(usage)
    .description(description)
    .addOption(
      new Option('--endpoint <url>', 'the server to ask, also AWS_ENDPOINT_URL_PERSONALIZE or AWS_ENDPOINT_URL')
        .env(endpointVariable())
        .default(endpoint),
    )
    .option('--json', 'JSON instead of a table')
    .addHelpText('after', '\nThe access key is that of AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or else local.')
}

/** The option for the dataset group that a command is about. */
export function groupOption(): Option {
  return new Option('--dataset-group <name>', 'name of the dataset group; needed if there are several')
}

/** The option for the length of a list. */
export function limitOption(): Option {
  return new Option('--limit <number>', 'how many at most, 1 to 1000').default('25')
}

/** Adds `NAME=value` to the earlier pairs of an option. @throws InvalidArgumentError */
export function pair(text: string, previous: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  const at = text.indexOf('=')
  if (at < 1) throw new InvalidArgumentError(`It must be NAME=value, not ${text}.`)
  return { ...previous, [text.slice(0, at)]: text.slice(at + 1) }
}
