import { newestRecords } from '../audit/newest.ts'
import { STANDARD_OUTPUT } from '../config/config.ts'
import type { Route } from './route.ts'

/** Shows the newest records of the audit trail, newest first; whether there is a file of it on this server. */
export const audit: Route = async ({ config: { auditLog } }, parameters) => {
  const limit = parameters.limit()
  if (auditLog === undefined || auditLog === STANDARD_OUTPUT) return { isRecorded: false, records: [] }
  return { isRecorded: true, records: await newestRecords(auditLog, limit) }
}
