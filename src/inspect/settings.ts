import { readFileSync } from 'node:fs'
import { describeSettings } from '../config/settings.ts'
import type { Route } from './route.ts'

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))

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
