import { printJson } from './print.ts'
import { exportedTemplate } from './template/export.ts'
import { openCalls } from './template/retry.ts'
import { writeTemplate } from './template/write.ts'

/** Prints the template of a dataset group, in YAML or JSON. @throws Error where there is no such group */
export async function exportTemplate(
  group: string,
  { endpoint, json }: { readonly endpoint: string; readonly json?: boolean },
): Promise<void> {
  const template = await exportedTemplate(group, openCalls(endpoint))
  if (json) printJson(template)
  else process.stdout.write(writeTemplate(template))
}
