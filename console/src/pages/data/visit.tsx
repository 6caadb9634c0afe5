import Badge from '@cloudscape-design/components/badge'
import Box from '@cloudscape-design/components/box'
import Link from '@cloudscape-design/components/link'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { ROWS } from '../../shared/rows.ts'
import { searchOf } from '../../shared/search-params.ts'
import { clockText, timeText } from '../../shared/time.ts'
import type { ShownInteraction, VisitOfUser } from './sessions.ts'

interface Props {
  readonly group: string
  readonly visit: VisitOfUser
}

/** One visit of a user on the timeline. */
export function Visit({ group, visit: { sessionId, start, interactions } }: Props) {
  return (
    <section>
      <Box variant="h3" fontSize="heading-xs" padding={{ bottom: 'xxs' }}>
        {timeText(start)}
        <Box variant="span" color="text-body-secondary" fontWeight="normal">
          {` · ${sessionId === undefined ? 'without a session' : `session ${sessionId}`}`}
        </Box>
      </Box>
      <ol className="timeline" reversed>
        {interactions.map(interaction => (
          <li key={String(interaction.seq) + interaction.timestamp}>
            <Line group={group} interaction={interaction} />
          </li>
        ))}
      </ol>
    </section>
  )
}

function Line({ group, interaction }: { readonly group: string; readonly interaction: ShownInteraction }) {
  const { timestamp, eventType, itemId, actionId, eventValue, properties, repeated } = interaction
  const id = itemId ?? actionId
  const path = itemId === undefined ? ROWS.ACTIONS.path : ROWS.ITEMS.path
  return (
    <SpaceBetween size="xs" direction="horizontal" alignItems="center">
      <Box variant="small">{clockText(timestamp)}</Box>
      {eventType && <Badge color="blue">{eventType}</Badge>}
      {id !== undefined && <Link href={`#/data/${group}/${path}/record${searchOf({ id })}`}>{id}</Link>}
      {eventValue !== undefined && <Box variant="small">value {eventValue}</Box>}
      {Object.entries(properties).map(([name, value]) => (
        <Box key={name} variant="small" color="text-body-secondary">{`${name}: ${String(value)}`}</Box>
      ))}
      {repeated && <Badge>repeated: not learned from</Badge>}
    </SpaceBetween>
  )
}
