import type { Command } from 'commander'
import { clientCommand } from './client-command.ts'

/** Adds the command that deletes dataset groups. Its code is imported when it runs. */
export function addGroupCommands(program: Command): void {
  const command = program.command('groups').helpCommand(false).description('dataset groups: delete')
  clientCommand(command, 'delete <name>', 'delete a dataset group, with all that is in it if that is wanted')
    .option('--with-everything', 'delete its campaigns, solutions, datasets and so on first; schemas stay')
    .option('--yes', 'delete them without asking')
    .action(async (name, options) => (await import('./groups.ts')).deleteGroup(name, options))
}
