import ContentLayout from '@cloudscape-design/components/content-layout'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Toggle from '@cloudscape-design/components/toggle'
import { useState } from 'react'
import { useParams } from 'wouter'
import { useSession } from '../../session/session.ts'
import { GroupChoice, useDatasetGroup } from '../../shared/group-choice.tsx'
import { Events } from './events.tsx'
import { Requests } from './requests.tsx'

const pathFor = (group: string) => `/live/${group}`

/** What the server does now: requests by operation, with errors and latencies, and the events that come in. */
export default function Live() {
  const { group: name } = useParams<{ group?: string }>()
  const group = useDatasetGroup(name)
  const { may } = useSession()
  const [isLive, setLive] = useState(true)
  return (
    <ContentLayout
      header={
        <Header
          variant="h1"
          description="Requests to this server, and events of one dataset group, as they come."
          actions={
            <SpaceBetween direction="horizontal" size="m" alignItems="center">
              <Toggle checked={isLive} onChange={({ detail }) => setLive(detail.checked)}>
                Live
              </Toggle>
              <GroupChoice group={name} pathFor={pathFor} />
            </SpaceBetween>
          }
        >
          Live
        </Header>
      }
    >
      <SpaceBetween size="l">
        {may('personalite:InspectRequests') && <Requests isLive={isLive} />}
        {group && may('personalite:InspectLatest') && <Events group={group} isLive={isLive} />}
      </SpaceBetween>
    </ContentLayout>
  )
}
