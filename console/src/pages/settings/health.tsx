import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import { useRead } from '../../shared/queries.ts'

interface Readiness {
  readonly status: string
  readonly reason?: string
}

const EVERY_MS = 5_000

/** Whether the server can serve, as load balancers ask it. */
export function Health() {
  const { data, error } = useRead(['readyz'], (_api, signal) => readiness(signal), { every: EVERY_MS })
  const isReady = data?.status === 'ready' && !error
  return (
    <Container header={<Header>Health</Header>}>
      <StatusIndicator type={isReady ? 'success' : data || error ? 'error' : 'loading'}>
        {isReady ? 'Ready' : (data?.reason ?? error?.message ?? 'Asking')}
      </StatusIndicator>
    </Container>
  )
}

async function readiness(signal: AbortSignal): Promise<Readiness> {
  const response = await fetch('/readyz', { signal })
  return response.json()
}
