import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator'

/** Shows the status of a resource or a job in the words of the API, such as `CREATE IN_PROGRESS`. */
export function Status({ status }: { readonly status: string | undefined }) {
  if (status === undefined) return '–'
  return <StatusIndicator type={typeOf(status)}>{status}</StatusIndicator>
}

function typeOf(status: string): StatusIndicatorProps.Type {
  if (/FAILED/.test(status)) return 'error'
  if (/STOPPED|INACTIVE|DISABLED|EXPIRED/.test(status)) return 'stopped'
  if (/PENDING/.test(status)) return 'pending'
  return /IN_PROGRESS|STOPPING|DELETING/.test(status) ? 'in-progress' : 'success'
}
