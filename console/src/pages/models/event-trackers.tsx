import { CreateEventTrackerCommand, DeleteEventTrackerCommand, type EventTracker } from '@aws-sdk/client-personalize'
import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import type { TableProps } from '@cloudscape-design/components/table'
import { useSession } from '../../session/session.ts'
import { CopyAs } from '../../shared/copy-as.tsx'
import type { DatasetGroup } from '../../shared/dataset-groups.ts'
import { useWrite } from '../../shared/queries.ts'
import { Status } from '../../shared/status.tsx'
import { AskButton } from './ask-button.tsx'
import { CopyArn } from './copy-arn.tsx'
import { useEventTrackers } from './reads.ts'
import { ResourceTable } from './resource-table.tsx'

/** The event trackers of a dataset group, with the tracking ids that PutEvents needs. */
export function EventTrackers({ group }: { readonly group: DatasetGroup }) {
  const { may } = useSession()
  const read = useEventTrackers(group.datasetGroupArn)
  const name = `${group.name}-events`
  const create = useWrite<undefined, unknown>(
    ({ personalize }) =>
      personalize.send(new CreateEventTrackerCommand({ name, datasetGroupArn: group.datasetGroupArn })),
    () => `The event tracker ${name} was created.`,
  )
  // A dataset group has one at most.
  const button = may('personalize:CreateEventTracker') && read.data?.length === 0 && (
    <Button loading={create.isPending} onClick={() => create.mutate(undefined)}>
      Create an event tracker
    </Button>
  )
  const [first] = read.data ?? []
  return (
    <SpaceBetween size="l">
      <ResourceTable
        title="Event trackers"
        description="PutEvents takes the tracking id, and so knows the dataset group of an event."
        noun="event trackers"
        read={read}
        columns={columns}
        trackBy="eventTrackerArn"
        actions={button}
        empty={{
          text: 'Events of users come in by the tracking id of an event tracker. There is none yet.',
          action: button,
        }}
      />
      {first && (
        <CopyAs
          service="personalize-events"
          operation="PutEvents"
          input={{
            trackingId: first.trackingId,
            userId: 'USER_ID',
            sessionId: 'SESSION_ID',
            eventList: [{ eventType: 'EVENT_TYPE', itemId: 'ITEM_ID', sentAt: Math.floor(Date.now() / 1000) }],
          }}
        />
      )}
    </SpaceBetween>
  )
}

const columns: TableProps.ColumnDefinition<EventTracker>[] = [
  {
    id: 'name',
    header: 'Name',
    cell: ({ name, eventTrackerArn }) => (
      <>
        {name} <CopyArn of={`the event tracker ${name}`} text={eventTrackerArn} />
      </>
    ),
    isRowHeader: true,
  },
  {
    id: 'trackingId',
    header: 'Tracking id',
    cell: ({ name, trackingId }) => (
      <>
        {trackingId} <CopyArn of={`the event tracker ${name}`} text={trackingId} noun="tracking id" />
      </>
    ),
  },
  { id: 'status', header: 'Status', minWidth: 130, cell: ({ status }) => <Status status={status} /> },
  { id: 'actions', header: 'Actions', cell: tracker => <Actions tracker={tracker} /> },
]

function Actions({ tracker: { name, eventTrackerArn } }: { readonly tracker: EventTracker }) {
  const { may } = useSession()
  const remove = useWrite<undefined, unknown>(
    ({ personalize }) => personalize.send(new DeleteEventTrackerCommand({ eventTrackerArn })),
    () => `The event tracker ${name} was deleted.`,
  )
  if (!may('personalize:DeleteEventTracker')) return null
  return (
    <AskButton verb="Delete" what={`event tracker ${name}`} run={() => remove.mutateAsync(undefined)}>
      Programs that put events with its tracking id get errors from then on. Events that were put stay.
    </AskButton>
  )
}
