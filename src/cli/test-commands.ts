import type { Command } from 'commander'
import { clientCommand } from './client-command.ts'

/** Adds the commands that set a running server up for tests. Their code is imported when they run. */
export function addTestCommands(program: Command): void {
  clientCommand(
    program,
    'seed <file>',
    'create the dataset group that a YAML file declares, trained, with its data',
  ).action(async (path, options) => (await import('./seed.ts')).seed(path, options))
  const pins = program
    .command('pins')
    .helpCommand(false)
    .description('the answers that a campaign or recommender is told to return: list, set, remove')
  const placed = (usage: string, description: string) =>
    clientCommand(pins, usage, description)
      .option('--campaign <name>', 'the campaign, by its name or ARN')
      .option('--recommender <name>', 'or the recommender')
      .option('--user <userId>', 'the answer to this user')
      .option('--item <itemId>', 'or for this item')
  const code = () => import('./pins.ts')
  placed('list', 'those that are set').action(async options => (await code()).listPins(options))
  placed(
    'set [ids...]',
    'pin these items or actions, in this order; without --user and --item as the answer to all',
  ).action(async (ids, options) => (await code()).setPin(ids, options))
  placed('remove', 'remove those of a campaign, a user or an item, or all').action(async options =>
    (await code()).removePins(options),
  )
  const clock = program
    .command('clock')
    .helpCommand(false)
    .description('the time that a server goes by: show, set, advance, release')
  const time = () => import('./clock.ts')
  clientCommand(clock, 'show', 'its time').action(async options => (await time()).showClock(options))
  clientCommand(clock, 'set <time>', 'stop it at a time such as 2026-01-01T00:00:00Z').action(async (text, options) =>
    (await time()).setClock({ time: text }, options),
  )
  clientCommand(clock, 'advance <seconds>', 'stop it this many seconds after its present time').action(
    async (seconds, options) => (await time()).advanceClock(seconds, options),
  )
  clientCommand(clock, 'release', 'let it go with the machine again').action(async options =>
    (await time()).releaseClock(options),
  )
  const faults = program
    .command('faults')
    .helpCommand(false)
    .description('the faults that clients meet, on a server with --faults: list, set, clear')
  const orders = () => import('./faults.ts')
  clientCommand(faults, 'list', 'those that are ordered').action(async options => (await orders()).listFaults(options))
  clientCommand(faults, 'set', 'order a fault, in place of all before')
    .option('--operation <name>', 'of this operation alone, such as GetRecommendations')
    .option('--error <name>', 'ThrottlingException, InternalFailure or ServiceUnavailable')
    .option('--latency <ms>', 'delay the answer by this many milliseconds')
    .option('--rate <share>', 'the part of the requests that meets it, such as 0.25 for every fourth')
    .option('--count <number>', 'how many requests meet it')
    .action(async options => (await orders()).setFault(options))
  clientCommand(faults, 'clear', 'remove all').action(async options => (await orders()).clearFaults(options))
  clientCommand(program, 'reset', 'empty a server that has its data in memory').action(async options =>
    (await import('./reset.ts')).reset(options),
  )
}
