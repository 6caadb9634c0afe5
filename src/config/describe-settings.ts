import type { Config } from './config.ts'
import { settings } from './settings.ts'

/** A setting as it is in effect. */
export interface ShownSetting {
  readonly name: string
  /** In commander's notation. */
  readonly flags: string
  readonly help: string
  readonly group: string
  /** A secret is `***`; undefined where it is left out. */
  readonly value: unknown
}

/** Returns the settings as they are in effect, without secrets. Access keys are not among them. */
export function describeSettings(config: Config): readonly ShownSetting[] {
  return Object.entries(settings).flatMap(([name, { flags, help, group, isSecret }]) => {
    if (name === 'accessKeyId') return []
    const value = config[name as keyof Config]
    const shown = isSecret && value !== undefined ? '***' : value
    return [{ name, flags, help, group: group.replace(':', ''), value: shown }]
  })
}
