import BarChart from '@cloudscape-design/components/bar-chart'
import ColumnLayout from '@cloudscape-design/components/column-layout'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import SpaceBetween from '@cloudscape-design/components/space-between'
import type { DatasetType } from '../../../../src/datasets/dataset-type.ts'
import type { Bucket, Histories, Spread } from '../../../../src/insights/report.ts'
import { utcDayText } from '../../shared/time.ts'
import { Spark } from './spark.tsx'
import { distinctText } from './texts.ts'
import { unmatchedText } from './unmatched.ts'

interface Props {
  readonly datasetType: DatasetType
  readonly histories: Histories
}

const TOP = 10
const HEIGHT = 200

/** Users and items: how often they interacted, and when. */
export function HistoriesBox({ datasetType, histories }: Props) {
  const { users, items, anonymous, trainable, times, repeated, duplicates, strangers } = histories
  const title = datasetType === 'INTERACTIONS' ? 'Items' : 'Actions'
  const what = title.toLowerCase()
  const facts = [
    { label: 'Users', value: distinctText(users.distinct) },
    { label: title, value: distinctText(items.distinct) },
    { label: 'Users with two or more', value: trainable.withTwo.toLocaleString('en') },
    { label: 'Anonymous sessions', value: anonymous.sessions.toLocaleString('en') },
    { label: 'Repeated event ids', value: repeated.toLocaleString('en') },
    { label: 'Duplicates left out', value: duplicates.toLocaleString('en') },
    ...(strangers.users ? [{ label: 'Users without a record', value: unmatchedText(strangers.users) }] : []),
    ...(strangers.items ? [{ label: `${title} without a record`, value: unmatchedText(strangers.items) }] : []),
  ]
  return (
    <SpaceBetween size="l">
      <Container header={<Header variant="h2">Histories</Header>}>
        <KeyValuePairs columns={4} minColumnWidth={150} items={facts} />
      </Container>
      {times && times.histogram.length > 1 && (
        <Container header={<Header variant="h2">Over time</Header>}>
          <OverTime times={times} />
        </Container>
      )}
      <ColumnLayout columns={2} minColumnWidth={300}>
        <Distribution title="Interactions of a user" spread={users} one="users" />
        <Distribution title={`Interactions with one of the ${what}`} spread={items} one={what} />
      </ColumnLayout>
      {items.top.length > 0 && (
        <Container header={<Header variant="h2">{`Most popular ${what}`}</Header>}>
          <Spark
            label={`Most popular ${what}`}
            bars={items.top.slice(0, TOP).map(({ id, count }) => ({ label: id, count }))}
            of={items.top[0]!.count}
          />
        </Container>
      )}
    </SpaceBetween>
  )
}

const DAY = 86_400

/** The counts are of equal parts of the days (UTC) from the first to the last. */
function OverTime({ times: { first, days, histogram } }: { readonly times: NonNullable<Histories['times']> }) {
  const start = (at: number) => new Date(1000 * DAY * Math.floor(first / DAY + (days * at) / histogram.length))
  return (
    <BarChart
      ariaLabel="Interactions over time"
      height={HEIGHT}
      hideFilter
      hideLegend
      xScaleType="categorical"
      xDomain={histogram.map((_, at) => start(at))}
      xTickFormatter={utcDayText}
      yTitle="Interactions"
      xTitle="Day"
      series={[
        { type: 'bar', title: 'Interactions', data: histogram.map((count, at) => ({ x: start(at), y: count })) },
      ]}
    />
  )
}

function Distribution({
  title,
  spread,
  one,
}: {
  readonly title: string
  readonly spread: Spread
  readonly one: string
}) {
  const { interactions, histogram } = spread
  if (!interactions || histogram.length === 0) return null
  return (
    <Container
      header={
        <Header
          variant="h2"
          description={`Half of them have ${interactions.median} at most, the most ${interactions.max}.`}
        >
          {title}
        </Header>
      }
    >
      <BarChart
        ariaLabel={title}
        height={HEIGHT}
        hideFilter
        hideLegend
        xScaleType="categorical"
        xDomain={histogram.map(bucketText)}
        xTitle="Interactions"
        yTitle={one}
        series={[
          { type: 'bar', title: one, data: histogram.map(bucket => ({ x: bucketText(bucket), y: bucket.count })) },
        ]}
      />
    </Container>
  )
}

function bucketText({ from, to }: Bucket): string {
  return from === to ? String(from) : `${from}–${to}`
}
