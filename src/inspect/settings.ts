import { describeSettings } from '../config/describe-settings.ts'
import { version } from '../config/version.ts'
import type { Route } from './route.ts'

/** Shows the version, and the settings without those that are secrets. */
export const settings: Route = async ({ config }) => {
  return {
    version,
    nodeVersion: process.versions.node,
    accountId: config.accountId,
    region: config.region,
    settings: describeSettings(config),
  }
}
