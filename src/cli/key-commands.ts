import type { Command } from 'commander'
import { clientCommand } from './client-command.ts'

/** Adds the commands that manage the keys of a running server. Their code is imported when they run. */
export function addKeyCommands(program: Command): void {
  const keys = program
    .command('keys')
    .helpCommand(false)
    .description('the access keys of the store: list, create, rotate, disable, enable, delete, policy')
  const code = () => import('./keys.ts')
  const inGroup = (command: Command) =>
    command.option('--dataset-group <name>', 'limit a prepared policy to this dataset group')
  clientCommand(keys, 'list', 'those that are there, without secrets').action(async options =>
    (await code()).listKeys(options),
  )
  inGroup(clientCommand(keys, 'create <name>', 'make a key, and print its secret, once'))
    .requiredOption('--policy <policy>', 'a prepared policy, such as read-only, or a JSON file')
    .option('--expires <time>', 'when it ends, such as 2030-01-31T00:00:00Z')
    .action(async (name, options) => (await code()).createKey(name, options))
  clientCommand(keys, 'rotate <key>', 'give a key a new secret, and print it; the old one ends at once').action(
    async (key, options) => (await code()).rotateKey(key, options),
  )
  clientCommand(keys, 'disable <key>', 'refuse a key until it is enabled').action(async (key, options) =>
    (await code()).setKeyStatus(key, 'DISABLED', options),
  )
  clientCommand(keys, 'enable <key>', 'accept a key again').action(async (key, options) =>
    (await code()).setKeyStatus(key, 'ACTIVE', options),
  )
  clientCommand(keys, 'delete <key>', 'delete a key').action(async (key, options) =>
    (await code()).deleteKey(key, options),
  )
  inGroup(clientCommand(keys, 'policy <key> [policy]', 'print the policy of a key, or set it')).action(
    async (key, policy, options) => (await code()).keyPolicy(key, policy, options),
  )
  const roles = program
    .command('roles')
    .helpCommand(false)
    .description('the roles that keys can take on by STS: list, create, delete')
  const ofRoles = () => import('./roles.ts')
  clientCommand(roles, 'list', 'those that are there').action(async options => (await ofRoles()).listRoles(options))
  inGroup(clientCommand(roles, 'create <name>', 'make a role, and print its ARN'))
    .requiredOption('--policy <policy>', 'a prepared policy, such as data-only, or a JSON file')
    .requiredOption('--trust <keys...>', 'the keys that may take it on, by their names or ids')
    .action(async (name, options) => (await ofRoles()).createRole(name, options))
  clientCommand(roles, 'delete <name>', 'delete a role; its sessions end').action(async (name, options) =>
    (await ofRoles()).deleteRole(name, options),
  )
}
