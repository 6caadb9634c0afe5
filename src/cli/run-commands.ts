import type { Command } from 'commander'
import { type Settings, settings } from '../config/settings.ts'
import { configured, toOption } from './setting-options.ts'

/** Adds the commands that run a server or a worker, or handle their data. Their code is imported when they run. */
export function addRunCommands(program: Command): void {
  serveCommand(program)
  workCommand(program)
  quickstartCommand(program)
  backupCommand(program)
  storeCommand(program)
}

function serveCommand(program: Command): void {
  const command = program
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
    (await import('./serve.ts')).serve(config),
  )
}

function workCommand(program: Command): void {
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
  configured(command, names, async config => (await import('./work.ts')).work(config))
}

function quickstartCommand(program: Command): void {
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
    .action(async options => (await import('./quickstart.ts')).quickstart(options))
}

function backupCommand(program: Command): void {
  program
    .command('backup')
    .summary('copy the data of a server, which may be running')
    .description(
      'Copies the database as it is at one moment, and the models, into a new folder, while a server runs. To restore ' +
        'it, start a server on that folder. For data that are kept in PostgreSQL use its own tools.',
    )
    .addOption(toOption(settings.dataDir))
    .requiredOption('--to <path>', 'the folder to create')
    .action(async options => (await import('./backup.ts')).backUp(options))
}

function storeCommand(program: Command): void {
  program
    .command('store')
    .helpCommand(false)
    .description('the store of many servers: distribute')
    .command('distribute')
    .summary('spread the tables of a filled store over the nodes of Citus')
    .description(
      'Spreads the tables over the nodes of Citus, one after the other. Stop all servers and workers first. If it is ' +
        'interrupted, run it again. An empty database needs it not: the first server spreads its tables. With --shards ' +
        'it also changes how many shards the tables have that are spread.',
    )
    .addOption(toOption(settings.store))
    .option('--shards <number>', 'into how many shards; left out, as many as there are, or 2 for each node')
    .action(async options => (await import('./store.ts')).distribute(options))
}
