import SpaceBetween from '@cloudscape-design/components/space-between'
import Toggle from '@cloudscape-design/components/toggle'
import { useState } from 'react'
import { useSession } from '../../session/session.ts'
import { GroupPage, usePageGroup } from '../../shared/group-page.tsx'
import { Events } from './events.tsx'
import { Requests } from './requests.tsx'

/** The present work of the server: requests by operation, with errors and latencies, and the events that come in. */
export default function Live() {
  const group = usePageGroup()
  const { may } = useSession()
  const [isLive, setLive] = useState(true)
  return (
    <GroupPage
      title="Live"
      description="Requests to this server, and events of one dataset group, as they come."
      base="/live"
      actions={
        <Toggle checked={isLive} onChange={({ detail }) => setLive(detail.checked)}>
          Live
        </Toggle>
      }
    >
      <SpaceBetween size="l">
        {may('personalite:InspectRequests') && <Requests isLive={isLive} />}
        {group && may('personalite:InspectLatest') && <Events group={group} isLive={isLive} />}
      </SpaceBetween>
    </GroupPage>
  )
}
