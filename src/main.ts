import { Command, InvalidArgumentError, Option } from 'commander'
import { addKeyCommands } from './cli/key-commands.ts'
import type { ReadOptions } from './cli/read.ts'
import { addRetentionCommands } from './cli/retention-commands.ts'
import { addTemplateCommands } from './cli/template-commands.ts'
import { addTestCommands } from './cli/test-commands.ts'
import type { Config } from './config/config.ts'
import { keepCompiledCode } from './config/environment.ts'
import { readConfiguration } from './config/read-configuration.ts'
import { type Setting, type Settings, settings } from './config/settings.ts'
import { version } from './config/version.ts'
import type { DatasetType } from './datasets/dataset-type.ts'

// Databases, models, exports and backups may hold personal data, so only their owner may read them.
process.umask(0o077)

keepCompiledCode()

// A command's code is imported when it runs, so that --help does not wait for it.
const reading = () => import('./cli/read.ts')
const program = new Command('personalite')
  .description('Amazon Personalize on your own machine: the same API, a real recommender behind it.')
  .version(version)
  .helpCommand(false)
  .configureHelp({
    optionDescription: ({ description, defaultValue }) =>
      String(defaultValue ?? '') === '' ? description : `${description} (${defaultValue})`,
  })
  .showHelpAfterError('(add --help to see how it is used)')
  .addHelpText(
    'after',
    `
Examples:
  $ personalite serve --port 8000 --data-dir /var/lib/personalite
  $ personalite users get 42
  $ personalite interactions of 42 --limit 5
  $ personalite items latest --dataset-group shop --json
  $ personalite why 42 --campaign for-you`,
  )

serveCommand()
workCommand()
quickstartCommand()
backupCommand()
storeCommand()
program.commandsGroup('Look into a running server:')
recordsCommand('users', 'USERS', 'userId')
recordsCommand('items', 'ITEMS', 'itemId')
recordsCommand('actions', 'ACTIONS', 'actionId')
interactionsCommand('interactions', 'INTERACTIONS')
interactionsCommand('action-interactions', 'ACTION_INTERACTIONS')
readingCommand(program, 'datasets', 'every dataset and its number of rows')
  .addOption(groupOption())
  .action(async options => (await reading()).showDatasets(options))
readingCommand(program, 'jobs', 'imports, exports, deletions, trainings and batches: unfinished ones, and the newest')
  .addOption(groupOption())
  .addOption(limitOption())
  .option('--next-token <token>', 'jobs older than the previous page, by its token')
  .option('--watch', 'show their progress until all have ended')
  .action(async options => (await reading()).showJobs(options))
readingCommand(program, 'insights', 'a summary of the datasets of a group, their faults, and the remedies')
  .addOption(groupOption())
  .action(async options => (await import('./cli/insights.ts')).showInsights(options))
readingCommand(program, 'metrics [name]', 'the values of the metrics of a metric attribution, by source')
  .option('--from <time>', 'count events from this time on, such as 2030-01-31T18:00:00Z (14 days before --to)')
  .option('--to <time>', 'count events before this time (now)')
  .option('--period <seconds>', 'length of a window in seconds, a multiple of 900', '900')
  .action(async (name, options) => (await import('./cli/metrics.ts')).showMetrics(name, options))
readingCommand(program, 'why [userId]', 'the reasons for the recommendations of a campaign or recommender to a user')
  .option('--campaign <name>', 'the campaign, by its name or ARN')
  .option('--recommender <name>', 'or the recommender')
  .option(
    '--item <itemId>',
    'explain the place of this item alone; for related items, the item that they are related to',
  )
  .option('--session <sessionId>', 'an anonymous user by the session; beside a user, leave out events of this session')
  .option('--filter <name>', 'the filter of the request, by its name or ARN')
  .option('--filter-value <name=value>', 'a value of the filter, as in requests; may be repeated', pair)
  .option('--context <name=value>', 'a context of the request, such as DEVICE=phone; may be repeated', pair)
  .option('--limit <number>', 'how many items, 1 to 100', '10')
  .action(async (userId, options) => (await import('./cli/why.ts')).showWhy(userId, options))
groupsCommand()
addTemplateCommands(program.commandsGroup('Declare resources in a template:'), readingCommand)
addKeyCommands(program.commandsGroup('Govern a running server:'), readingCommand)
addRetentionCommands(program, readingCommand)
addTestCommands(program.commandsGroup('Set a running server up for tests:'), readingCommand)

try {
  await program.parseAsync()
} catch (error) {
  console.error(`personalite: ${(error as Error).message}`)
  process.exit(1)
}

function serveCommand(): void {
  const command = program
    .commandsGroup('Run a server:')
    .command('serve')
    .description(
      'Starts a server. SIGINT (Ctrl-C) and SIGTERM stop it after it has answered the requests that it accepted.',
    )
    .summary('start a server')
    .addHelpText(
      'after',
      `
Every flag is a variable too, --data-dir PERSONALITE_DATA_DIR, and but for --access-key-id a member of the JSON file of
--config: "dataDir", "corsOrigins": [...]. A flag goes before a variable, a variable before the file.

Without an access key of your own, a server on loopback accepts the key "local" with the secret "local". A session token
comes in PERSONALITE_SESSION_TOKEN. The file can hold several keys:
  { "credentials": [{ "accessKeyId": "...", "secretAccessKey": "...", "sessionToken": "..." }] }

Examples:
  $ personalite serve
  $ PERSONALITE_SECRET_ACCESS_KEY=... personalite serve --host 0.0.0.0 --access-key-id shop
  $ personalite serve --config /etc/personalite.json --cors-origin https://shop.example`,
    )
  configured(command, Object.keys(settings) as (keyof Settings)[], async config =>
    (await import('./cli/serve.ts')).serve(config),
  )
}

function workCommand(): void {
  const command = program
    .command('work')
    .summary('run jobs of servers, without serving')
    .description(
      'Runs trainings, imports and other jobs of the servers on the same --store, one worker for each job, and takes no requests. ' +
        'SIGINT (Ctrl-C) and SIGTERM stop it; other workers then take its jobs.',
    )
    .addHelpText(
      'after',
      `
Flags, variables and the file of --config are those of personalite serve.

Example:
  $ personalite serve --workers 0 --store postgres://shop:secret@db/shop --models s3://shop/models
  $ personalite work --store postgres://shop:secret@db/shop --models s3://shop/models`,
    )
  const names = [
    'dataDir',
    'store',
    'models',
    'workers',
    'threads',
    's3',
    'quotas',
    'minimums',
    'trainingMemory',
    'trainingSnapshots',
    'keepEvents',
    'strictImports',
    'logLevel',
  ] as const
  configured(command, names, async config => (await import('./cli/work.ts')).work(config))
}

/** Adds options for these settings to a command. Its action is `run`. */
function storeCommand(): void {
  program
    .command('store')
    .helpCommand(false)
    .description('the store of many servers: distribute')
    .command('distribute')
    .summary('spread the tables of a filled store over the nodes of Citus')
    .description(
      'Spreads the tables over the nodes of Citus, one after the other. Stop all servers and workers first. If it is ' +
        'interrupted, run it again. An empty database needs it not: the first server spreads its tables.',
    )
    .addOption(toOption(settings.store))
    .action(async options => (await import('./cli/store.ts')).distribute(options))
}

function configured(command: Command, names: readonly (keyof Settings)[], run: (config: Config) => Promise<void>) {
  command.addOption(new Option('--config <path>', 'JSON file with settings').env('PERSONALITE_CONFIG'))
  const options = names.map(name => [name, toOption(settings[name])] as const)
  for (const [, option] of options) command.addOption(option)
  command.action(async ({ config: path }: { config?: string }) => {
    const given = options.flatMap(([name, option]) => {
      const key = option.attributeName()
      const isGiven = ['cli', 'env'].includes(command.getOptionValueSource(key) ?? '')
      return isGiven ? [[name, command.getOptionValue(key)]] : []
    })
    await run(readConfiguration(Object.fromEntries(given) as Partial<Settings>, path))
  })
}

function quickstartCommand(): void {
  program
    .command('quickstart')
    .summary('demonstrate it with a sample shop, in under a minute')
    .description(
      'Starts a server with a sample shop, trains, recommends to a user who was put a moment ago, and prints the reasons.',
    )
    .addOption(toOption(settings.port))
    .addOption(toOption({ ...settings.unknownProperties, default: 'refuse' }))
    .option(
      '--data-dir <path>',
      'an empty or new directory for the data, instead of a temporary one, which is deleted at the end',
    )
    .option('--exit', 'end after the demonstration, instead of serving on')
    .action(async options => (await import('./cli/quickstart.ts')).quickstart(options))
}

function backupCommand(): void {
  program
    .command('backup')
    .summary('copy the data of a server, which may be running')
    .description(
      'Copies the database as it is at one moment, and the models, into a new folder, while a server runs. To restore ' +
        'it, start a server on that folder. For data that are kept in PostgreSQL use its own tools.',
    )
    .addOption(toOption(settings.dataDir))
    .requiredOption('--to <path>', 'the folder to create')
    .action(async options => (await import('./cli/backup.ts')).backUp(options))
}

function toOption({ group, flags, help, default: value, parse, isSecret }: Setting<unknown>): Option {
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

function groupsCommand(): void {
  const command = program
    .commandsGroup('Govern a running server:')
    .command('groups')
    .helpCommand(false)
    .description('dataset groups: delete')
  readingCommand(command, 'delete <name>', 'delete a dataset group, with all that is in it if that is wanted')
    .option('--with-everything', 'delete its campaigns, solutions, datasets and so on first; schemas stay')
    .option('--yes', 'delete them without asking')
    .action(async (name, options) => (await import('./cli/groups.ts')).deleteGroup(name, options))
}

function recordsCommand(name: string, type: DatasetType, id: string): void {
  const command = nounCommand(name, 'as they are now: get, latest, count')
  readingDataset(command, `get <${id}>`, `one of the ${name} with its properties`).action(
    async (id: string, options: ReadOptions) => (await reading()).showRecord(type, id, options),
  )
  readingDataset(command, 'latest', `the ${name} put last, the newest first`)
    .addOption(limitOption())
    .action(async options => (await reading()).showLatest(type, options))
  countCommand(command, name, type)
}

function interactionsCommand(name: string, type: DatasetType): void {
  const command = nounCommand(name, 'of a user, latest, count')
  readingDataset(command, 'of <userId>', 'those of a user, or of an anonymous session, the newest first')
    .addOption(limitOption())
    .action(async (userId: string, options: ReadOptions) => (await reading()).showHistory(type, userId, options))
  readingDataset(command, 'latest', 'those put last, the newest first')
    .addOption(limitOption())
    .action(async options => (await reading()).showLatest(type, options))
  countCommand(command, name, type)
}

function nounCommand(name: string, description: string): Command {
  return program
    .command(name)
    .helpCommand(false)
    .description(`${name.replace('-', ' ')} ${description}`)
}

function countCommand(command: Command, name: string, type: DatasetType): void {
  readingDataset(command, 'count', `how many ${name} there are: put, imported in bulk, in all`).action(
    async (options: ReadOptions) => (await reading()).showCount(type, options),
  )
}

function readingDataset(parent: Command, usage: string, description: string): Command {
  return readingCommand(parent, usage, description)
    .addOption(groupOption())
    .option('--dataset-arn <arn>', 'ARN of the dataset, instead of its group')
}

/** Adds a command that reads from a running server, with the common options of such commands. */
function readingCommand(parent: Command, usage: string, description: string): Command {
  const endpoint = `http://127.0.0.1:${settings.port.default}`
  return parent
    .command(usage)
    .description(description)
    .addOption(
      new Option('--endpoint <url>', 'the server to ask, also AWS_ENDPOINT_URL')
        .env('AWS_ENDPOINT_URL')
        .default(endpoint),
    )
    .option('--json', 'JSON instead of a table')
    .addHelpText('after', '\nThe access key is that of AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or else local.')
}

/** Adds `NAME=value` to the earlier pairs of the option. */
function pair(text: string, previous: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  const at = text.indexOf('=')
  if (at < 1) throw new InvalidArgumentError('It must be NAME=value.')
  return { ...previous, [text.slice(0, at)]: text.slice(at + 1) }
}

function groupOption(): Option {
  return new Option('--dataset-group <name>', 'name of the dataset group; needed if there are several')
}

function limitOption(): Option {
  return new Option('--limit <number>', 'how many at most, 1 to 1000').default('25')
}
