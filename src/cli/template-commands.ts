import type { Command } from 'commander'
import type { ApplyOptions } from './apply.ts'
import { clientCommand, pair } from './client-command.ts'

/** Adds the commands that read or write a template. Their code is imported when they run. */
export function addTemplateCommands(program: Command): void {
  const templated = (usage: string, description: string) =>
    clientCommand(program, usage, description)
      .argument('<template>', 'a CloudFormation template in YAML or JSON; - reads standard input')
      .argument('[more...]', 'further parameters: NAME=value')
      .option('--parameters <name=value>', 'a parameter of the template; may be repeated', pair)
      .option('--account-id <id>', 'the value of AWS::AccountId, where nothing there tells it')
      .option('--plan', 'show what would be done, and exit with 2 if that is anything')
      .option('--prune', 'delete what else is in the dataset groups of the template')
      .option('--yes', 'delete data without asking')
  const commands = () => import('./apply.ts')
  templated('apply', 'make resources as a template declares them; what is so already stays as it is').action(
    async (path, more, options) => (await commands()).apply(path, withMore(options, more)),
  )
  templated('destroy', 'delete the resources that a template declares, in the order that the service needs').action(
    async (path, more, options) => (await commands()).destroy(path, withMore(options, more)),
  )
  clientCommand(
    program,
    'export-template <group>',
    'write the template of a dataset group and all that is in it',
  ).action(async (group, options) => (await import('./export-template.ts')).exportTemplate(group, options))
}

function withMore(options: ApplyOptions, more: readonly string[]): ApplyOptions {
  return { ...options, parameters: more.reduce((all, text) => pair(text, all), options.parameters ?? {}) }
}
