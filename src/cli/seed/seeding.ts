import { basename } from 'node:path'
import type { Config } from '../../config/config.ts'
import { arnStart } from '../../contract/arn-start.ts'
import type { Seeding } from '../../server.ts'
import { readSeed } from './document.ts'
import { pinAnswers } from './pins.ts'
import { templateOf } from './template.ts'

/**
 * Reads the seed of a server that starts.
 * @throws Error that says what is wrong with the file or the settings
 */
export async function readSeeding(config: Config & { readonly seed: string }): Promise<Seeding> {
  for (const name of ['store', 'models'] as const)
    if (config[name] !== undefined)
      throw new Error(
        `--seed needs the data and models in the data directory: leave --${name} out, or use personalite seed`,
      )
  const seed = await readSeed(config.seed)
  const { accountId, region } = config
  return {
    name: basename(seed.path),
    hash: seed.hash,
    template: () => templateOf(seed, config),
    pin: set => pinAnswers(seed, `${arnStart(accountId, region)}:dataset-group/${seed.group.input.name}`, set),
  }
}
