import Badge from '@cloudscape-design/components/badge'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Spinner from '@cloudscape-design/components/spinner'
import { useRef } from 'react'
import type { Schemas } from '../../../../src/datasets/of-group.ts'
import { columnsOf } from '../../shared/columns.ts'
import { CopyAs } from '../../shared/copy-as.tsx'
import type { DatasetGroup } from '../../shared/dataset-groups.ts'
import { Failure } from '../../shared/failure.tsx'
import { wordsForMoves } from '../../shared/moves.ts'
import { useRead } from '../../shared/queries.ts'
import { useRecords } from '../../shared/records.ts'
import type { Call } from '../../shared/same-elsewhere.ts'
import { datasetArn } from '../../shared/schemas.ts'
import type { Target } from '../../shared/targets.ts'
import { type Answered, ask, type RoundAnswer } from './answer.ts'
import type { Asked } from './asked.ts'
import { type Filters, prepareCall } from './call.ts'
import { Card } from './card.tsx'
import { useExplained } from './explained.ts'
import { useFlight } from './flight.ts'
import { useMoves } from './use-moves.ts'

/** An event that is to be put for an item of a list. */
export interface Wanted {
  readonly eventType: string
  readonly id: string
  readonly isAction: boolean
  readonly recommendationId: string | undefined
}

interface Props {
  readonly group: DatasetGroup
  readonly schemas: Schemas
  readonly target: Target
  readonly asked: Asked
  readonly filters: Filters
  readonly eventTypes: { readonly items: readonly string[]; readonly actions: readonly string[] }
  /** The number of events that were put on this page. With each the list is asked for anew. */
  readonly round: number
  readonly pending: Wanted | undefined
  onDeed(wanted: Wanted): void
}

const MISSING = {
  user: 'Choose a user or an anonymous session: this recipe recommends to somebody.',
  item: 'Choose an item: this recipe recommends items that go with one.',
  items: 'Name the items that are to be ranked.',
} as const

/** The list of a campaign or a recommender, as it answers now. */
export function Column(props: Props) {
  const { target, asked, filters } = props
  const prepared = prepareCall(target, asked, filters)
  return (
    <Container
      header={
        <Header variant="h2" description={`${target.kind}, ${target.recipe.name}`}>
          {target.name}
        </Header>
      }
    >
      {'missing' in prepared ? (
        <Box color="text-status-inactive">{MISSING[prepared.missing]}</Box>
      ) : (
        <AnswerOf {...props} call={prepared.call} />
      )}
    </Container>
  )
}

function AnswerOf(props: Props & { readonly call: Call }) {
  const { call, round } = props
  const { data, error, isFetching, refetch } = useRead(
    ['answer', call, round],
    async (api, signal) => ({ ...(await ask(api, call, signal)), call, round }),
    { keepPrevious: true },
  )
  return (
    <SpaceBetween size="s">
      {error && <Failure error={error} retry={refetch} />}
      {!data && !error && <Spinner size="large" />}
      {data && !error && <List {...props} answer={data} isFetching={isFetching} ask={refetch} />}
      <CopyAs {...call} />
    </SpaceBetween>
  )
}

interface ListProps extends Props {
  readonly call: Call
  readonly answer: RoundAnswer
  readonly isFetching: boolean
  ask(): void
}

function List(props: ListProps) {
  const { group, schemas, target, asked, eventTypes, pending, onDeed, answer, isFetching } = props
  const isAction = target.recipe.request.operation === 'GetActionRecommendations'
  const isToUser = target.recipe.request.userId === 'required'
  const type = isAction ? 'ACTIONS' : 'ITEMS'
  const ids = answer.items.map(({ id }) => id)
  const moves = useMoves(answer)
  const records = useRecords(datasetArn(group, type), [...ids, ...moves.gone])
  const columns = columnsOf(schemas[type], asked)
  const explained = useExplained(props.call, answer, props.round)
  const list = useRef<HTMLOListElement>(null)
  useFlight(list, ids)
  const card = (item: Answered, place: number | undefined) => (
    <li key={item.id} data-id={item.id} data-gone={place === undefined || undefined}>
      <Card
        item={item}
        place={place}
        move={moves.of.get(item.id)}
        properties={records.get(item.id)}
        columns={columns}
        explained={explained.items.get(item.id)}
        eventTypes={isAction ? eventTypes.actions : eventTypes.items}
        pending={pending?.id === item.id ? pending.eventType : undefined}
        onDeed={eventType => onDeed({ eventType, id: item.id, isAction, recommendationId: answer.recommendationId })}
      />
    </li>
  )
  return (
    <SpaceBetween size="s">
      <SpaceBetween direction="horizontal" size="xs" alignItems="center">
        <Badge>{`${answer.items.length} in ${answer.ms.toFixed(0)} ms`}</Badge>
        <Button iconName="refresh" variant="inline-icon" ariaLabel={`Ask ${target.name} again`} onClick={props.ask} />
        {isFetching && <Spinner />}
        {isToUser && explained.events !== undefined && <small>{eventsIn(explained.events)}</small>}
      </SpaceBetween>
      <div aria-live="polite">{wordsForMoves(moves)}</div>
      {answer.items.length === 0 && <Box color="text-status-inactive">Nothing is left to recommend.</Box>}
      <ol className="cards" ref={list} aria-label={`Recommendations of ${target.name}`}>
        {answer.items.map((item, at) => card(item, at + 1))}
        {moves.gone.map(id => card({ id }, undefined))}
      </ol>
    </SpaceBetween>
  )
}

const eventsIn = (count: number) => (count === 1 ? '1 event counts' : `${count} events count`)
