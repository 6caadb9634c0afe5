import type { ShownPin } from '../../inspect/pins.ts'
import type { Seed } from './declared.ts'

/**
 * Pins the answers of a seed, which each server process has of its own.
 * @param datasetGroupArn of the seed's group, beside which its campaigns and recommenders are
 * @throws Error of the server, with the place in the file
 */
export async function pinAnswers(
  { pins }: Pick<Seed, 'pins'>,
  datasetGroupArn: string,
  pin: (given: ShownPin) => Promise<unknown>,
): Promise<void> {
  for (const { place, of, answer } of pins) {
    const arn = datasetGroupArn.replace(/:dataset-group\/.*/, `:${of.kind}/${of.name}`)
    await pin({ [`${of.kind}Arn`]: arn, ...answer }).catch(error => {
      throw new Error(`${place}: ${error.message}`)
    })
  }
}
