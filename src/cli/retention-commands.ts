import type { Command } from 'commander'
import { clientCommand } from './client-command.ts'

/** Adds the commands about the age at which interactions are deleted. Their code is imported when they run. */
export function addRetentionCommands(program: Command): void {
  const retention = program
    .command('retention')
    .helpCommand(false)
    .description('for how long dataset groups keep interactions: list, set, unset')
  const code = () => import('./retention.ts')
  const ofGroup = (usage: string, description: string) =>
    clientCommand(retention, usage, description).option(
      '--dataset-group <name>',
      'name of the dataset group; needed if there are several',
    )
  clientCommand(retention, 'list', 'for how long each keeps them, and where that is set').action(async options =>
    (await code()).listRetention(options),
  )
  ofGroup('set <age>', 'delete those that are older, such as 400d or 36h, from now on; forever keeps all')
    .option('--yes', 'delete them without asking')
    .action(async (age, options) => (await code()).setRetention(age, options))
  ofGroup('unset', 'keep them as the server does by --keep-events')
    .option('--yes', 'delete those that are older by that without asking')
    .action(async options => (await code()).unsetRetention(options))
}
