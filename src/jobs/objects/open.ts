import { openFolder } from './folder.ts'
import type { Objects } from './objects.ts'

export interface ObjectsOptions {
  /** `endpoint`: the S3 that the AWS variables and profile name. `folder`: buckets are folders in `<dataDir>/s3`. */
  readonly s3: 'folder' | 'endpoint'
  readonly dataDir: string
}

/** Opens the place of files. The S3 client, 4 MB of code, is loaded only where it is used. */
export async function openObjects({ s3, dataDir }: ObjectsOptions): Promise<Objects> {
  if (s3 === 'folder') return openFolder(`${dataDir}/s3`)
  const { openS3 } = await import('./s3.ts')
  return openS3()
}
