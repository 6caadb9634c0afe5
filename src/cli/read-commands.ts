import type { Command } from 'commander'
import type { DatasetType } from '../datasets/dataset-type.ts'
import { clientCommand, groupOption, limitOption, pair } from './client-command.ts'
import type { ReadOptions } from './read.ts'

const reading = () => import('./read.ts')

/** Adds the commands that look into a running server. Their code is imported when they run. */
export function addReadCommands(program: Command): void {
  recordsCommand(program, 'users', 'USERS', 'userId')
  recordsCommand(program, 'items', 'ITEMS', 'itemId')
  recordsCommand(program, 'actions', 'ACTIONS', 'actionId')
  interactionsCommand(program, 'interactions', 'INTERACTIONS')
  interactionsCommand(program, 'action-interactions', 'ACTION_INTERACTIONS')
  clientCommand(program, 'datasets', 'every dataset and its number of rows')
    .addOption(groupOption())
    .action(async options => (await reading()).showDatasets(options))
  clientCommand(program, 'jobs', 'imports, exports, deletions, trainings and batches: unfinished ones, and the newest')
    .addOption(groupOption())
    .addOption(limitOption())
    .option('--next-token <token>', 'jobs older than the previous page, by its token')
    .option('--watch', 'show their progress until all have ended')
    .action(async options => (await reading()).showJobs(options))
  clientCommand(program, 'insights', 'a summary of the datasets of a group, their faults, and the remedies')
    .addOption(groupOption())
    .action(async options => (await import('./insights.ts')).showInsights(options))
  clientCommand(program, 'metrics [name]', 'the values of the metrics of a metric attribution, by source')
    .option('--from <time>', 'count events from this time on, such as 2030-01-31T18:00:00Z (14 days before --to)')
    .option('--to <time>', 'count events before this time (now)')
    .option('--period <seconds>', 'length of a window in seconds, a multiple of 900', '900')
    .action(async (name, options) => (await import('./metrics.ts')).showMetrics(name, options))
  clientCommand(program, 'why [userId]', 'the reasons for the recommendations of a campaign or recommender to a user')
    .option('--campaign <name>', 'the campaign, by its name or ARN')
    .option('--recommender <name>', 'or the recommender')
    .option(
      '--item <itemId>',
      'explain the place of this item alone; for related items, the item that they are related to',
    )
    .option(
      '--session <sessionId>',
      'an anonymous user by the session; beside a user, leave out events of this session',
    )
    .option('--filter <name>', 'the filter of the request, by its name or ARN')
    .option('--filter-value <name=value>', 'a value of the filter, as in requests; may be repeated', pair)
    .option('--context <name=value>', 'a context of the request, such as DEVICE=phone; may be repeated', pair)
    .option('--limit <number>', 'how many items, 1 to 100', '10')
    .action(async (userId, options) => (await import('./why.ts')).showWhy(userId, options))
}

function recordsCommand(program: Command, name: string, type: DatasetType, id: string): void {
  const command = nounCommand(program, name, 'as they are now: get, latest, count')
  datasetCommand(command, `get <${id}>`, `one of the ${name} with its properties`).action(
    async (id: string, options: ReadOptions) => (await reading()).showRecord(type, id, options),
  )
  datasetCommand(command, 'latest', `the ${name} put last, the newest first`)
    .addOption(limitOption())
    .action(async options => (await reading()).showLatest(type, options))
  countCommand(command, name, type)
}

function interactionsCommand(program: Command, name: string, type: DatasetType): void {
  const command = nounCommand(program, name, 'of a user, latest, count')
  datasetCommand(command, 'of <userId>', 'those of a user, or of an anonymous session, the newest first')
    .addOption(limitOption())
    .action(async (userId: string, options: ReadOptions) => (await reading()).showHistory(type, userId, options))
  datasetCommand(command, 'latest', 'those put last, the newest first')
    .addOption(limitOption())
    .action(async options => (await reading()).showLatest(type, options))
  countCommand(command, name, type)
}

function nounCommand(program: Command, name: string, description: string): Command {
  return program
    .command(name)
    .helpCommand(false)
    .description(`${name.replace('-', ' ')} ${description}`)
}

function countCommand(command: Command, name: string, type: DatasetType): void {
  datasetCommand(command, 'count', `how many ${name} there are: put, imported in bulk, in all`).action(
    async (options: ReadOptions) => (await reading()).showCount(type, options),
  )
}

function datasetCommand(parent: Command, usage: string, description: string): Command {
  return clientCommand(parent, usage, description)
    .addOption(groupOption())
    .option('--dataset-arn <arn>', 'ARN of the dataset, instead of its group')
}
