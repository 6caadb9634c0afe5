import Badge from '@cloudscape-design/components/badge'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import ButtonDropdown from '@cloudscape-design/components/button-dropdown'
import ItemCard from '@cloudscape-design/components/item-card'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { type CardColumns, shownValue } from '../../shared/columns.ts'
import { imageUrl } from '../../shared/image-url.ts'
import type { Move } from '../../shared/moves.ts'
import { fieldValue, type Properties } from '../../shared/properties.ts'
import type { Explained } from '../../shared/reasons.ts'
import { Why } from '../../shared/why.tsx'
import type { Answered } from './answer.ts'

/** This many types of event have a button of their own. */
const BUTTONS = 2
/** This many columns of an item are shown. */
const SHOWN = 6

interface Props {
  readonly item: Answered
  /** Its place in the list, from 1; undefined where it is gone. */
  readonly place: number | undefined
  readonly move: Move | undefined
  readonly properties: Properties | undefined
  readonly columns: CardColumns
  /** Undefined until it has been read, and for an item that it does not explain. */
  readonly explained: Explained | undefined
  readonly eventTypes: readonly string[]
  /** The type of an event that is on its way for this item. */
  readonly pending: string | undefined
  onDeed(eventType: string): void
}

/** An item of a list: its metadata, why it is there, where it was before, and what a user may do with it. */
export function Card(props: Props) {
  const { item, place, move, properties, columns, explained } = props
  const title = (columns.title && shownValue(properties, columns.title)) || item.id
  const values = columns.rest.flatMap(field => {
    const value = shownValue(properties, field)
    return value === undefined ? [] : [{ name: field.name, value }]
  })
  return (
    <ItemCard
      variant="embedded"
      header={
        <SpaceBetween direction="horizontal" size="xs" alignItems="center">
          {place !== undefined && <Box color="text-status-inactive">{place}</Box>}
          <h3 className="card-title">{title}</h3>
          <MoveBadge move={place === undefined ? 'gone' : move} />
          {item.promotionName !== undefined && <Badge color="severity-medium">promoted</Badge>}
          {explained?.isExplored && <Badge color="severity-neutral">explored</Badge>}
        </SpaceBetween>
      }
      description={
        <>
          {title !== item.id && <code>{item.id}</code>}
          {item.score !== undefined && <span className="card-score">score {item.score.toPrecision(3)}</span>}
        </>
      }
      footer={place !== undefined && <Deeds {...props} title={title} />}
    >
      <div className="card-body">
        {columns.image && <Picture value={fieldValue(properties, columns.image)} />}
        <div className="card-text">
          <dl className="card-values">
            {values.slice(0, SHOWN).map(({ name, value }) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
          {explained && <Why reasons={explained.reasons} rank={explained.rank} />}
        </div>
      </div>
    </ItemCard>
  )
}

function MoveBadge({ move }: { readonly move: Move | 'gone' | undefined }) {
  if (move === undefined) return null
  if (move === 'gone') return <Badge color="grey">gone</Badge>
  if (!('by' in move)) return move.kind === 'new' && <Badge color="blue">new</Badge>
  return <Badge color={move.kind === 'up' ? 'green' : 'severity-low'}>{`${move.kind} ${move.by}`}</Badge>
}

/** An item's picture. One that is not there, or that no page may show, leaves its place empty. */
function Picture({ value }: { readonly value: unknown }) {
  const url = imageUrl(value, window.location.href)
  const [broken, setBroken] = useState<string>()
  if (url === undefined || url === broken) return <div className="card-picture" />
  return (
    <img className="card-picture" src={url} alt="" loading="lazy" decoding="async" onError={() => setBroken(url)} />
  )
}

function Deeds({ title, eventTypes, pending, onDeed }: Props & { readonly title: string }) {
  const rest = eventTypes.slice(BUTTONS).map(type => ({ id: type, text: type }))
  return (
    <SpaceBetween direction="horizontal" size="xs">
      {eventTypes.slice(0, BUTTONS).map(type => (
        <Button key={type} ariaLabel={`${type}: ${title}`} loading={pending === type} onClick={() => onDeed(type)}>
          {type}
        </Button>
      ))}
      {rest.length > 0 && (
        <ButtonDropdown
          items={rest}
          ariaLabel={`More events: ${title}`}
          loading={pending !== undefined && rest.some(({ id }) => id === pending)}
          onItemClick={({ detail }) => onDeed(detail.id)}
        >
          More
        </ButtonDropdown>
      )}
    </SpaceBetween>
  )
}
