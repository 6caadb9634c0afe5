import { Command } from 'commander'
import { addGroupCommands } from './cli/group-commands.ts'
import { addKeyCommands } from './cli/key-commands.ts'
import { addReadCommands } from './cli/read-commands.ts'
import { addRetentionCommands } from './cli/retention-commands.ts'
import { addRunCommands } from './cli/run-commands.ts'
import { addTemplateCommands } from './cli/template-commands.ts'
import { addTestCommands } from './cli/test-commands.ts'
import { keepCompiledCode } from './config/environment.ts'
import { version } from './config/version.ts'

// Databases, models, exports and backups may hold personal data, so only their owner may read them.
process.umask(0o077)

keepCompiledCode()

// A command's code is imported when it runs, so that --help does not wait for it.
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

addRunCommands(program.commandsGroup('Run a server:'))
addReadCommands(program.commandsGroup('Look into a running server:'))
addGroupCommands(program.commandsGroup('Govern a running server:'))
addTemplateCommands(program.commandsGroup('Declare resources in a template:'))
addKeyCommands(program.commandsGroup('Govern a running server:'))
addRetentionCommands(program)
addTestCommands(program.commandsGroup('Set a running server up for tests:'))

try {
  await program.parseAsync()
} catch (error) {
  console.error(`personalite: ${(error as Error).message}`)
  process.exit(1)
}
