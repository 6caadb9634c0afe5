import { openApi, openInspection } from './client.ts'
import { printJson } from './print.ts'
import { applySeed } from './seed/apply.ts'
import { readSeed } from './seed/document.ts'
import { pinAnswers } from './seed/pins.ts'

interface Options {
  readonly endpoint: string
  readonly json?: boolean
}

/**
 * Creates and trains on a running server what a file declares, and pins its answers.
 * @throws Error with a message of one line for the user
 */
export async function seed(path: string, { endpoint, json }: Options): Promise<void> {
  const declared = await readSeed(path)
  const inspect = openInspection(endpoint)
  const began = performance.now()
  const { datasetGroupArn, wasThere } = await applySeed(openApi(endpoint), declared)
  await pinAnswers(declared, datasetGroupArn, body => inspect('PUT', '/inspect/pins', { body }))
  if (json) return printJson({ datasetGroupArn, wasThere })
  const seconds = ((performance.now() - began) / 1000).toFixed(1)
  console.log(`${datasetGroupArn}: ${wasThere ? 'was there, unchanged' : `created and trained in ${seconds} s`}`)
}
